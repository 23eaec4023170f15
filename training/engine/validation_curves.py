"""Precision, recall and confusions of the classes: val_curves.png."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from centernet_ros.datasets.sample import DataSet
from centernet_ros.metrics.confusion import count_confusions
from centernet_ros.metrics.voc_ap import compute_curve, match_class
from centernet_ros.structures import Detections

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURVES = "val_curves.png"
# Of a data set with more classes those with the most objects.
MOST_CLASSES = 12


def draw_curves(
    path: Path, data: DataSet, predictions: Sequence[Detections], threshold: float
) -> None:
    """Draw the precision over the recall of each class, and which classes are taken for which.

    Args:
        path: of the picture.
        data: the truth.
        predictions: of each sample.
        threshold: the least score that counts for the confusions.
    """
    # Slow to import, and wanted when something has become better.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    chosen = find_frequent(data)
    plot_precision(left, data, predictions, chosen)
    plot_confusions(right, count_confusions(data, predictions, threshold), data, chosen)
    right.set_title(f"objects by class, from score {threshold:.2f} on", fontsize="medium")
    figure.savefig(path, dpi=100)


def find_frequent(data: DataSet) -> list[int]:
    """The labels of the classes with the most objects, in their order."""
    labels = [sample.labels[~sample.ignore & (sample.labels >= 0)] for sample in data.samples]
    counts = np.bincount(np.concatenate(labels), minlength=len(data.class_names))
    most = np.argsort(-counts, kind="stable")[:MOST_CLASSES]
    return sorted(label for label in most.tolist() if counts[label])


def plot_precision(
    axes: Axes, data: DataSet, predictions: Sequence[Detections], labels: Sequence[int]
) -> None:
    """A curve for each class."""
    for label in labels:
        matches = match_class(data, predictions, label)
        recall, precision = compute_curve(matches.hits, matches.total)
        axes.plot(recall, precision, label=data.class_names[label])
    axes.set(xlim=(0, 1.01), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    axes.set_title("boxes that overlap by one half", fontsize="medium")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", frameon=False)


def plot_confusions(axes: Axes, counts: np.ndarray, data: DataSet, labels: Sequence[int]) -> None:
    """True classes down, found ones across; the last of each is nothing."""
    keep = [*labels, len(counts) - 1]
    part = counts[np.ix_(keep, keep)]
    shares = part / np.maximum(part.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(part):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(
                column, row, str(count), ha="center", va="center", color=colour, fontsize="small"
            )
    names = [data.class_names[label] for label in labels]
    ticks = range(len(keep))
    axes.set_xticks(ticks, [*names, "missed"], rotation=45, ha="right", fontsize="small")
    axes.set_yticks(ticks, [*names, "nothing there"], fontsize="small")
    axes.set(xlabel="found", ylabel="true")
