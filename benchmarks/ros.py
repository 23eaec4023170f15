"""Measures the detector under load.

The figures are those of Isaac ROS' ros2_benchmark, with processor time and memory of the nodes.
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

from benchmarks.frame_stages import run_frame
from benchmarks.ros_load import LoadNode
from benchmarks.ros_rows import LoadRow, describe
from centernet_ros.conversions.image import image_to_message
from centernet_ros.inference.backends import load_network
from centernet_ros.inference.predictor import Predictor
from centernet_ros.nodes.common.runtime import prepare_process
from centernet_ros.replay.node_process import NodeProcess, ros_arguments
from centernet_ros.structures import Image
from centernet_ros.weights.store import find_weights

SIZES = ("640x480", "1280x720", "1920x1080")
# Rates in Hz. 0 stands for the peak: each frame is published when the one before it is answered.
RATES = (5.0, 10.0, 30.0, 60.0, 0.0)
CAMERAS = (1, 4)
# The transport alone is measured at the rate of most cameras, in Hz.
TRANSPORT_RATE = 30.0
NETWORK_RUNS = 40


def run_loads(
    model: str,
    backend: str,
    sizes: Sequence[str],
    rates: Sequence[float],
    cameras: Sequence[int],
    seconds: float,
) -> list[LoadRow]:
    """Measure the transport alone, one detector for all cameras, and a detector for each camera.

    Args:
        model, backend: parameters of the detector.
        sizes: sizes of the images, such as 1280x720.
        rates: frames per second and camera; 0 for the peak.
        cameras: numbers of cameras.
        seconds: duration of each load.

    Returns:
        a row for each of these, size and rate.

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
            rows = measure_nodes([echo], topics, sizes, [TRANSPORT_RATE], seconds, {})
        for count in cameras:
            names = [f"camera{i}" for i in range(count)]
            each = [[name] for name in names]
            for shares in [[names], each] if count > 1 else [each]:
                with ExitStack() as stack:
                    nodes, topics = start_detectors(stack, model, backend, shares)
                    rows += measure_nodes(nodes, topics, sizes, rates, seconds, network)
    finally:
        rclpy.try_shutdown()
    return rows


def measure_network(model: str, backend: str, sizes: Sequence[str]) -> dict[str, float]:
    """Return the median milliseconds of the stage "network" for each size, in this process."""
    predict = Predictor(load_network(find_weights(model)), backend=backend)
    medians = {}
    for size in sizes:
        message = image_to_message(Image(np.zeros((*parse_size(size), 3), np.uint8)), Header())
        times = [run_frame(predict, message)["network"] for _ in range(NETWORK_RUNS + 1)]
        medians[size] = 1e3 * statistics.median(times[1:])
    return medians


def parse_size(size: str) -> tuple[int, int]:
    """Read the height and the width from WIDTHxHEIGHT."""
    width, height = map(int, size.split("x"))
    return height, width


def start_detectors(
    stack: ExitStack, model: str, backend: str, shares: Sequence[Sequence[str]]
) -> tuple[list[NodeProcess], dict[str, str]]:
    """Start a detector for each share of the cameras; they end with the stack.

    Args:
        stack: ends the detectors.
        model, backend: parameters of the detectors.
        shares: the names of the cameras of each detector.

    Returns:
        the detectors, and the topics as `LoadNode` takes them.
    """
    nodes: list[NodeProcess] = []
    topics: dict[str, str] = {}
    for i, names in enumerate(shares):
        parameters = {"models": [model], "backend": backend, "cameras": list(names)}
        arguments = ros_arguments(parameters, {"__node": f"detector{i}"})
        nodes.append(stack.enter_context(NodeProcess("detector", arguments)))
        for name in names:
            topics[f"{name}/image"] = f"/detector{i}/{name}/detections"
    return nodes, topics


def measure_nodes(
    nodes: Sequence[NodeProcess],
    topics: Mapping[str, str],
    sizes: Sequence[str],
    rates: Sequence[float],
    seconds: float,
    network: Mapping[str, float],
) -> list[LoadRow]:
    """Measure nodes that answer images and return a row for each size and rate.

    Args:
        nodes: the nodes, which run.
        topics: their topics, as `LoadNode` takes them.
        sizes: sizes of the images, such as 1280x720.
        rates: frames per second and camera; 0 for the peak.
        seconds: duration of each load.
        network: milliseconds of the network by size; empty for nodes without a network.
    """
    processes = [psutil.Process(node.pid) for node in nodes]
    load = LoadNode(topics)
    rows: list[LoadRow] = []
    for size in sizes:
        for rate in rates:
            start, before = time.monotonic(), read_processor_time(processes)
            result = load.run(parse_size(size), rate, seconds)
            used = read_processor_time(processes) - before
            figures = describe(result, len(topics))
            rows.append(
                {
                    "node": "detector" if network else "echo",
                    "nodes": len(nodes),
                    "cameras": len(topics),
                    "size": size,
                    "rate": f"{rate:g} Hz" if rate else "peak",
                    **figures,
                    "cpu": 100 * used / (time.monotonic() - start),
                    # The proportional set size counts pages that processes share only once.
                    "memory": sum(p.memory_full_info().pss for p in processes) / 2**20,
                    "latency_over_network": (
                        figures["median_latency"] / network[size] if network else None
                    ),
                }
            )
    load.destroy_node()
    return rows


def read_processor_time(processes: Sequence[psutil.Process]) -> float:
    """Return the seconds of processor time that processes have used."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)
