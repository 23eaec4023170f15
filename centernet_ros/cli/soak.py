#!/usr/bin/env python3
"""Runs the detector on a looped source for a long time and reports memory, latency and losses."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from tabulate import tabulate
from tqdm import tqdm
from vision_msgs.msg import Detection2DArray

from centernet_ros.cli.demo_video import DemoVideoError, find_demo_video
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.conversions.stamp import to_nanoseconds
from centernet_ros.io.command_errors import report_errors
from centernet_ros.nodes.common.runtime import NodeError, prepare_process
from centernet_ros.replay.node_process import NodeProcess, ros_arguments
from centernet_ros.replay.spin import spin_until

DETECTIONS = "/detector/detections"
# Both are seconds. The first start of a detector exports its networks, which takes long.
START_TIMEOUT, SETTLE_TIMEOUT = 180.0, 15.0


@dataclass(frozen=True)
class SoakResult:
    """The figures of a run.

    Attributes:
        published, received, processed, dropped, failed: numbers of frames.
        lost: number of frames that the detector did not receive.
        unexplained: number of frames that it received but neither processed, dropped nor failed.
        first_detection_s: seconds from the start of its process to its first result.
        memory_mib: its median resident memory in the second tenth of the run and in the last.
        age_ms: median age of images when their detections arrived, in the same tenths.
    """

    published: int
    received: int
    processed: int
    dropped: int
    failed: int
    lost: int
    unexplained: int
    first_detection_s: float
    memory_mib: tuple[float, float]
    age_ms: tuple[float, float]

    def format_table(self) -> str:
        """Format the figures as a table with one line for each."""
        rows = asdict(self) | {"first_detection_s": f"{self.first_detection_s:.1f}"}
        for name in ("memory_mib", "age_ms"):
            early, late = rows[name]
            rows[name] = f"{early:.1f} -> {late:.1f} ({late / early - 1:+.2%})"
        return tabulate(rows.items(), tablefmt="plain", numalign="left")


class SoakMonitor(Node):
    """Collects the nodes' diagnostics and the age of images when their detections arrive.

    Attributes:
        values: the latest diagnostics of each node by its name.
        ages: the age of the image in seconds for each Detection2DArray.
    """

    def __init__(self) -> None:
        super().__init__("soak")
        self.values: dict[str, dict[str, str]] = {}
        self.ages: list[float] = []
        self.create_subscription(DiagnosticArray, "/diagnostics", self._receive_diagnostics, 10)
        self.create_subscription(Detection2DArray, DETECTIONS, self._receive_detections, 10)

    def count(self, node: str, name: str) -> int:
        """Return a counter of a node, which is 0 before its first diagnostics."""
        return int(self.values.get(node, {}).get(name, 0))

    def is_settled(self) -> bool:
        """Return whether the detector has finished every frame that it received."""
        ended = sum(self.count("detector", fate) for fate in ("processed", "dropped", "failed"))
        return ended == self.count("detector", "received") and self.count(
            "detector", "processed"
        ) == len(self.ages)

    def _receive_diagnostics(self, message: DiagnosticArray) -> None:
        self.values |= values_from_message(message)

    def _receive_detections(self, message: Detection2DArray) -> None:
        now = self.get_clock().now().nanoseconds
        self.ages.append((now - to_nanoseconds(message.header.stamp)) / 1e9)


def run_soak(
    source: str, frame_rate: float, seconds: float, models: Sequence[str], camera_info: str = ""
) -> SoakResult:
    """Play a source in a loop through the detector.

    Args:
        source: video, folder of images or bag.
        frame_rate: frames per second.
        seconds: duration of the run.
        models: the detector's models; empty for its default.
        camera_info: calibration file of the camera, which 3D needs; empty for what a bag holds.

    Raises:
        NodeError: a node did not start, or ended early.
    """
    prepare_process()
    rclpy.init()
    with ExitStack() as stack:
        stack.callback(rclpy.try_shutdown)
        monitor = SoakMonitor()
        stack.callback(monitor.destroy_node)
        executor = SingleThreadedExecutor()
        executor.add_node(monitor)
        wait = partial(spin_until, executor)
        # The source waits for the detector, and then begins at once.
        playback = {"source": source, "rate": frame_rate, "loop": True, "settle_time": 0.0}
        playback["camera_info"] = camera_info
        playing = stack.enter_context(NodeProcess("source", ros_arguments(playback)))
        wait(lambda: monitor.values or playing.status is not None, START_TIMEOUT)
        check(playing, "source")
        parameters = {"models": list(models)} if models else {}
        started = time.monotonic()
        detector = stack.enter_context(NodeProcess("detector", ros_arguments(parameters)))
        nodes = (detector, playing)
        if not wait(
            lambda: monitor.ages or any(node.status is not None for node in nodes), START_TIMEOUT
        ):
            raise NodeError(f"no detections within {START_TIMEOUT:.0f} s")
        first_detection = time.monotonic() - started
        memory: list[float] = []
        process = psutil.Process(detector.pid)
        for _ in tqdm(range(round(seconds)), unit=" s", disable=None):
            wait(lambda: False, 1.0)
            check(detector, "detector")
            check(playing, "source")
            memory.append(process.memory_info().rss / 2**20)
        playing.stop()
        wait(lambda: False, 2.0)
        wait(monitor.is_settled, SETTLE_TIMEOUT)
        return summarize(monitor, memory, first_detection)


def check(process: NodeProcess, name: str) -> None:
    """Check that a node still runs.

    Raises:
        NodeError: it has ended.
    """
    if process.status is not None:
        raise NodeError(f"the {name} ended with status {process.status}, see above")


def summarize(monitor: SoakMonitor, memory: Sequence[float], first_detection: float) -> SoakResult:
    """Compute the figures of a run.

    Args:
        monitor: of the run.
        memory: of the detector in MiB, at every second.
        first_detection: seconds from the start of the detector to its first result.
    """
    fates = ("received", "processed", "dropped", "failed")
    counts = {fate: monitor.count("detector", fate) for fate in fates}
    published = monitor.count("source", "published")
    return SoakResult(
        published=published,
        **counts,
        lost=published - counts["received"],
        first_detection_s=first_detection,
        unexplained=2 * counts["received"] - sum(counts.values()),
        memory_mib=compare_tenths(memory),
        age_ms=compare_tenths([1e3 * age for age in monitor.ages]),
    )


def compare_tenths(values: Sequence[float]) -> tuple[float, float]:
    """Return the medians of the second and of the last tenth; the first is for warming up."""
    parts = np.array_split(np.asarray(values), 10)
    return float(np.median(parts[1])), float(np.median(parts[-1]))


@report_errors(DemoVideoError, NodeError)
def main() -> int:
    """Run the command and return its status, which is 1 if frames failed or are unexplained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", help="video, folder of images or bag")
    parser.add_argument("--minutes", type=float, default=30.0, help="duration of the run")
    parser.add_argument("--rate", type=float, default=30.0, help="frames per second")
    parser.add_argument("--models", nargs="*", default=[], help="the detector's models")
    parser.add_argument("--camera-info", default="", help="calibration YAML file, for 3D")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    arguments = parser.parse_args()
    source = arguments.source or str(find_demo_video())
    result = run_soak(
        source,
        arguments.rate,
        60 * arguments.minutes,
        arguments.models,
        arguments.camera_info,
    )
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(result), indent=2))
    print(result.format_table())
    return 1 if result.unexplained or result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
