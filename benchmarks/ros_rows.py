"""Rows of what became of a load, and of one node against several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.ros_load import LoadResult
from centernet_ros.io.table import Row

COMPARED = ("mean frame rate", "median latency", "memory", "CPU")


def describe(result: LoadResult, cameras: int) -> Row:
    """What was answered; latencies in milliseconds, rates per camera."""
    answered = len(result.latencies)
    times = 1e3 * result.latencies if answered else np.array([np.nan])
    return {
        "mean frame rate": answered / result.seconds / cameras if answered else 0.0,
        "missed frames": float(result.sent - answered),
        "delivered": 100 * answered / result.sent,
        "first latency": times[0],
        "last latency": times[-1],
        "mean latency": times.mean(),
        "median latency": float(np.median(times)),
        "p99 latency": float(np.percentile(times, 99)),
        "p99 / median": float(np.percentile(times, 99) / np.median(times)),
        "jitter": times.std(),
    }


def compare_nodes(rows: Sequence[Row]) -> list[Row]:
    """All cameras in one detector against a detector for each, at every load that both had."""
    alone = {
        (row["cameras"], row["size"], row["rate"]): row
        for row in rows
        if row["nodes"] == row["cameras"] > 1
    }
    compared = []
    for row in rows:
        load = row["cameras"], row["size"], row["rate"]
        if row["nodes"] == 1 and load in alone:
            ratios = {f"{name} ratio": row[name] / alone[load][name] for name in COMPARED}
            compared.append(dict(zip(("cameras", "size", "rate"), load)) | ratios)
    return compared
