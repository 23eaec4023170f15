"""The detector under load: frame rate, missed frames, latency, jitter, processor time.

The fields are those of Isaac ROS' ros2_benchmark.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rclpy

from centernet_ros.nodes.runtime import prepare_process
from centernet_ros.tools.node_process import NodeProcess, ros_arguments
from centernet_ros.tools.ros_load import LoadNode, LoadResult
from centernet_ros.tools.table import Row

SIZES = ("640x480", "1280x720", "1920x1080")
# In Hz; 0 is the peak, the next frame once one is answered.
RATES = (10.0, 30.0, 60.0, 0.0)
CAMERAS = (1, 4)


def run_loads(
    model: str,
    backend: str,
    sizes: Sequence[str],
    rates: Sequence[float],
    cameras: Sequence[int],
    seconds: float,
) -> list[Row]:
    """A row per number of cameras, size and rate.

    Args:
        model, backend: parameters of the detector.
        sizes: such as 1280x720.
        rates: in Hz, 0 for the peak.
        cameras: numbers of cameras in one node.
        seconds: of each load.

    Raises:
        NodeError: the detector does not answer.
    """
    prepare_process()
    rclpy.init()
    rows: list[Row] = []
    try:
        for count in cameras:
            names = [f"camera{i}" for i in range(count)]
            parameters = {"models": [model], "backend": backend, "cameras": names}
            node = LoadNode(names)
            with NodeProcess("detector", ros_arguments(parameters)) as detector:
                for size in sizes:
                    width, height = map(int, size.split("x"))
                    for rate in rates:
                        before = time.monotonic(), read_processor_time(detector.pid)
                        result = node.run((height, width), rate, seconds)
                        used = read_processor_time(detector.pid) - before[1]
                        load = used / (time.monotonic() - before[0])
                        rows.append(describe(count, size, rate, result, load))
            node.destroy_node()
    finally:
        rclpy.try_shutdown()
    return rows


def describe(cameras: int, size: str, rate: float, result: LoadResult, load: float) -> Row:
    """One row; latencies in milliseconds, rates per camera."""
    answered = len(result.latencies)
    times = 1e3 * result.latencies if answered else np.array([np.nan])
    return {
        "cameras": float(cameras),
        "size": size,
        "rate": f"{rate:g} Hz" if rate else "peak",
        "mean frame rate": answered / result.seconds / cameras if answered else 0.0,
        "missed frames": float(result.sent - answered),
        "first latency": times[0],
        "last latency": times[-1],
        "mean latency": times.mean(),
        "median latency": float(np.median(times)),
        "p99 latency": float(np.percentile(times, 99)),
        "jitter": times.std(),
        "CPU": 100 * load,
    }


def read_processor_time(pid: int) -> float:
    """Seconds of processor time that a process has used, as Linux counts."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def plot_latency(rows: Sequence[Row], path: Path) -> None:
    """Median latency against the mean frame rate, a line per size and number of cameras."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    for key in dict.fromkeys((row["cameras"], row["size"]) for row in rows):
        line = [row for row in rows if (row["cameras"], row["size"]) == key]
        line.sort(key=lambda row: row["mean frame rate"])
        axes.plot(
            [row["mean frame rate"] for row in line],
            [row["median latency"] for row in line],
            marker="o",
            label=f"{key[0]:.0f} x {key[1]}",
        )
    axes.set_xlabel("frames per second and camera")
    axes.set_ylabel("median latency, ms")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
