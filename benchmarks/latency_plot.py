"""Latency against load as an image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from centernet_ros.io.table import Row


def plot_latency(rows: Sequence[Row], path: Path) -> None:
    """Median latency against the mean frame rate, a line per size, nodes and cameras."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    keys = ("node", "nodes", "cameras", "size")
    for key in dict.fromkeys(tuple(row[name] for name in keys) for row in rows):
        line = [row for row in rows if tuple(row[name] for name in keys) == key]
        line.sort(key=lambda row: row["mean frame rate"])
        axes.plot(
            [row["mean frame rate"] for row in line],
            [row["median latency"] for row in line],
            marker="o",
            label=f"{key[1]:.0f} {key[0]}, {key[2]:.0f} x {key[3]}",
        )
    axes.set_xlabel("frames per second and camera")
    axes.set_ylabel("median latency, ms")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
