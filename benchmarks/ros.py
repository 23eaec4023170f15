"""The detector under load: frame rate, missed frames, latency, jitter, processor time, memory.

The fields are those of Isaac ROS' ros2_benchmark, and what a user of several cameras asks.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import numpy as np
import psutil
import rclpy
from std_msgs.msg import Header

from benchmarks.frames import run_frame
from benchmarks.ros_load import LoadNode
from benchmarks.ros_rows import describe
from centernet_ros.conversions.image import image_to_message
from centernet_ros.inference.backends import load_network
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.table import Row
from centernet_ros.nodes.common.runtime import prepare_process
from centernet_ros.replay.node_process import NodeProcess, ros_arguments
from centernet_ros.structures import Image
from centernet_ros.weights.store import find_weights

SIZES = ("640x480", "1280x720", "1920x1080")
# In Hz; 0 is the peak, the next frame once one is answered.
RATES = (5.0, 10.0, 30.0, 60.0, 0.0)
CAMERAS = (1, 4)
# The transport alone is measured at what most cameras give.
TRANSPORT_RATE = 30.0
NETWORK_RUNS = 40


def run_loads(
    model: str,
    backend: str,
    sizes: Sequence[str],
    rates: Sequence[float],
    cameras: Sequence[int],
    seconds: float,
) -> list[Row]:
    """A row per size and rate: the transport alone, cameras in one node, and a node for each.

    Args:
        model, backend: parameters of the detector.
        sizes: such as 1280x720.
        rates: in Hz, 0 for the peak.
        cameras: numbers of cameras.
        seconds: of each load.

    Raises:
        CheckpointError: the model cannot be used.
        NodeError: a node does not answer.
    """
    prepare_process()
    network = measure_network(model, backend, sizes)
    rclpy.init()
    try:
        with NodeProcess("echo_node", [], module="benchmarks.echo_node") as echo:
            topics = {"image": "/echo/detections"}
            rows = measure_nodes([echo], topics, sizes, [TRANSPORT_RATE], seconds)
        for count in cameras:
            names = [f"camera{i}" for i in range(count)]
            each = [[name] for name in names]
            for shares in [[names], each] if count > 1 else [each]:
                rows += measure_detectors(model, backend, shares, sizes, rates, seconds)
    finally:
        rclpy.try_shutdown()
    for row in rows:
        if row["node"] == "detector":
            row["latency / network"] = row["median latency"] / network[row["size"]]
    return rows


def measure_network(model: str, backend: str, sizes: Sequence[str]) -> dict[str, float]:
    """Median milliseconds of the network's stage of a frame of each size, in this process."""
    predict = Predictor(load_network(find_weights(model)), backend=backend)
    medians = {}
    for size in sizes:
        message = image_to_message(Image(np.zeros((*parse_size(size), 3), np.uint8)), Header())
        times = [run_frame(predict, message)["network"] for _ in range(NETWORK_RUNS + 1)]
        medians[size] = 1e3 * statistics.median(times[1:])
    return medians


def parse_size(size: str) -> tuple[int, int]:
    """Height and width of WIDTHxHEIGHT."""
    width, height = map(int, size.split("x"))
    return height, width


def measure_detectors(
    model: str,
    backend: str,
    shares: Sequence[Sequence[str]],
    sizes: Sequence[str],
    rates: Sequence[float],
    seconds: float,
) -> list[Row]:
    """A row per size and rate of one detector for each share of the cameras' names."""
    topics, nodes = {}, []
    with ExitStack() as stack:
        for i, names in enumerate(shares):
            parameters = {"models": [model], "backend": backend, "cameras": list(names)}
            arguments = ros_arguments(parameters, {"__node": f"detector{i}"})
            nodes.append(stack.enter_context(NodeProcess("detector", arguments)))
            for name in names:
                topics[f"{name}/image"] = f"/detector{i}/{name}/detections"
        return measure_nodes(nodes, topics, sizes, rates, seconds)


def measure_nodes(
    nodes: Sequence[NodeProcess],
    topics: Mapping[str, str],
    sizes: Sequence[str],
    rates: Sequence[float],
    seconds: float,
) -> list[Row]:
    """A row per size and rate of nodes that answer images; `topics` as of `LoadNode`."""
    processes = [psutil.Process(node.pid) for node in nodes]
    load, rows = LoadNode(topics), []
    for size in sizes:
        for rate in rates:
            start, before = time.monotonic(), read_processor_time(processes)
            result = load.run(parse_size(size), rate, seconds)
            used = read_processor_time(processes) - before
            rows.append(
                {
                    "node": "echo" if "image" in topics else "detector",
                    "nodes": float(len(nodes)),
                    "cameras": float(len(topics)),
                    "size": size,
                    "rate": f"{rate:g} Hz" if rate else "peak",
                    **describe(result, len(topics)),
                    "CPU": 100 * used / (time.monotonic() - start),
                    # Shared pages are counted once, whichever process has them.
                    "memory": sum(p.memory_full_info().pss for p in processes) / 2**20,
                }
            )
    load.destroy_node()
    return rows


def read_processor_time(processes: Sequence[psutil.Process]) -> float:
    """Seconds of processor time that processes have used."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)
