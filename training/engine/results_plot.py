"""Curves of a run: results.png."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.engine.results_table import Row

PLOT = "results.png"
# What is no curve.
OTHER = ("epoch", "waiting", "seconds")
# COCO's figure of objects of which there are none.
NONE = -1
COLUMNS = 4


def plot_results(folder: Path, rows: Sequence[Row]) -> None:
    """Draw every column of results.csv over the epochs."""
    # Slow to import, and wanted by the end of the first epoch at the earliest.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    curves = find_curves(rows)
    lines = -(-len(curves) // COLUMNS)
    figure = Figure(figsize=(3 * COLUMNS, 2.2 * lines), layout="constrained")
    FigureCanvasAgg(figure)
    for i, (name, points) in enumerate(curves.items()):
        axes = figure.add_subplot(lines, COLUMNS, i + 1)
        axes.plot(*zip(*points), marker="." if len(points) < 50 else "")
        axes.set_title(name, fontsize="small")
        axes.tick_params(labelsize="x-small")
        axes.grid(alpha=0.3)
    figure.savefig(folder / PLOT, dpi=100)


def find_curves(rows: Sequence[Row]) -> dict[str, list[tuple[int, float]]]:
    """Name -> epochs and values, of all columns that have any."""
    curves: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        for name, text in row.items():
            if name not in OTHER and text and float(text) != NONE:
                curves.setdefault(name, []).append((int(row["epoch"]), float(text)))
    return curves
