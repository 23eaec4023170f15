"""Makes the rows of the tables of nodes under load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from benchmarks.ros_load import LoadResult


class LoadFigures(TypedDict):
    """The figures of a load; frame rates are per camera and latencies are milliseconds.

    Attributes:
        mean_frame_rate: answered frames per second and camera.
        missed_frames: how many frames were not answered.
        delivered: percentage of frames that were answered.
        first_latency, last_latency: of the first and of the last answer.
        mean_latency, median_latency, p99_latency: over all answers.
        p99_over_median: the ratio of the two latencies.
        jitter: standard deviation of the latency.
    """

    mean_frame_rate: float
    missed_frames: int
    delivered: float
    first_latency: float
    last_latency: float
    mean_latency: float
    median_latency: float
    p99_latency: float
    p99_over_median: float
    jitter: float


class LoadRow(LoadFigures):
    """A load and its figures.

    Attributes:
        node: "detector", or "echo" for the transport alone.
        nodes: number of nodes.
        cameras: number of cameras.
        size: WIDTHxHEIGHT of the images.
        rate: frames per second and camera, such as "10 Hz", or "peak".
        cpu: percentage of one core that the nodes use.
        memory: memory of the nodes in MiB.
        latency_over_network: median latency relative to the network's own time; None where there
            is no network.
    """

    node: str
    nodes: int
    cameras: int
    size: str
    rate: str
    cpu: float
    memory: float
    latency_over_network: float | None


class NodeComparison(TypedDict):
    """One detector for all cameras relative to a detector for each of them, for one load."""

    cameras: int
    size: str
    rate: str
    mean_frame_rate_ratio: float
    median_latency_ratio: float
    memory_ratio: float
    cpu_ratio: float


def describe(result: LoadResult, cameras: int) -> LoadFigures:
    """Compute the figures of a load on some cameras; latencies are NaN if nothing was answered."""
    answered = len(result.latencies)
    times = 1e3 * result.latencies if answered else np.array([np.nan])
    median, p99 = float(np.median(times)), float(np.percentile(times, 99))
    return {
        "mean_frame_rate": answered / result.seconds / cameras if answered else 0.0,
        "missed_frames": result.sent - answered,
        "delivered": 100 * answered / result.sent,
        "first_latency": float(times[0]),
        "last_latency": float(times[-1]),
        "mean_latency": float(times.mean()),
        "median_latency": median,
        "p99_latency": p99,
        "p99_over_median": p99 / median,
        "jitter": float(times.std()),
    }


def compare_nodes(rows: Sequence[LoadRow]) -> list[NodeComparison]:
    """Compare one detector for all cameras with a detector for each, for every load of both."""
    separate = {
        (row["cameras"], row["size"], row["rate"]): row
        for row in rows
        if row["nodes"] == row["cameras"] > 1
    }
    compared: list[NodeComparison] = []
    for row in rows:
        other = separate.get((row["cameras"], row["size"], row["rate"]))
        if row["nodes"] == 1 and other is not None:
            compared.append(
                {
                    "cameras": row["cameras"],
                    "size": row["size"],
                    "rate": row["rate"],
                    "mean_frame_rate_ratio": row["mean_frame_rate"] / other["mean_frame_rate"],
                    "median_latency_ratio": row["median_latency"] / other["median_latency"],
                    "memory_ratio": row["memory"] / other["memory"],
                    "cpu_ratio": row["cpu"] / other["cpu"],
                }
            )
    return compared
