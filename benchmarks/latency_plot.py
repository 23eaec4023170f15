"""Draws latency against load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.ros_rows import LoadRow


def plot_latency(rows: Sequence[LoadRow], path: Path) -> None:
    """Draw median latency against the mean frame rate into an image file.

    There is a line for each size of images and number of nodes and cameras.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines: dict[tuple[str, int, int, str], list[LoadRow]] = {}
    for row in rows:
        key = row["node"], row["nodes"], row["cameras"], row["size"]
        lines.setdefault(key, []).append(row)
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for (node, nodes, cameras, size), line in lines.items():
        line.sort(key=lambda row: row["mean_frame_rate"])
        axes.plot(
            [row["mean_frame_rate"] for row in line],
            [row["median_latency"] for row in line],
            marker="o",
            label=f"{nodes} {node}, {cameras} x {size}",
        )
    axes.set_xlabel("frames per second and camera")
    axes.set_ylabel("median latency, ms")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
