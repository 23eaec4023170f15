"""Draws latency against load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.ros_rows import LoadRow


def plot_latency(rows: Sequence[LoadRow], path: Path) -> None:
    """Draw median and 99th percentile of the latency over the rate of images into a file.

    There is a line for each size of images and number of nodes and cameras.
    """
    from matplotlib.figure import Figure

    lines: dict[tuple[str, int, int, str], list[LoadRow]] = {}
    for row in rows:
        key = row["node"], row["nodes"], row["cameras"], row["size"]
        lines.setdefault(key, []).append(row)
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    for (node, nodes, cameras, size), line in lines.items():
        line.sort(key=find_rate)
        rates = [find_rate(row) for row in line]
        label = f"{nodes} {node}, {cameras} x {size}"
        medians, tails = ([row[f] for row in line] for f in ("median_latency", "p99_latency"))
        [drawn] = axes.plot(rates, medians, marker="o", markersize=4, label=label)
        axes.plot(rates, tails, linestyle=":", color=drawn.get_color())
    axes.plot([], [], linestyle=":", color="grey", label="99th percentile")
    axes.set(xlabel="frames per second and camera", ylabel="latency in ms")
    axes.set_ylim(bottom=0)
    axes.grid(color="#dddddd")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path)


def find_rate(row: LoadRow) -> float:
    """Images per second and camera that were published; some may have been missed."""
    return row["mean_frame_rate"] * 100 / row["delivered"] if row["delivered"] else 0.0
