"""The report's plots, as PNG files' bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from centernet_ros.replay.recording import RecordedFrame
from centernet_ros.replay.timing import find_latency

# So many times the median latency, and the 95th percentile, still show.
FAR = 4
SIZE, RESOLUTION = (7.0, 3.4), 130


def plot_precision_recall(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> bytes:
    """Precision over recall, a line for each curve."""
    figure, axes = _create("recall", "precision")
    for name, (recall, precision) in curves.items():
        axes.plot(recall, precision, label=name)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(frameon=False)
    return _render(figure)


def plot_latencies(frames: Sequence[RecordedFrame]) -> bytes:
    """Latency of every image over its time, and ticks where there was no answer.

    What takes far longer than the rest, as the preparation of a network, is marked at the top.
    """
    figure, axes = _create("time of the image in s", "latency in ms")
    stamps = np.array([frame.stamp for frame in frames], np.int64)
    times = (stamps - stamps.min(initial=np.iinfo(np.int64).max)) / 1e9
    latencies = np.array([find_latency(frame) for frame in frames], float) * 1e3
    answered = np.isfinite(latencies)
    shown = answered
    if answered.any():
        median = np.median(latencies[answered])
        shown = latencies <= max(FAR * median, np.percentile(latencies[answered], 95))
    axes.plot(times[shown], latencies[shown], marker=".", linewidth=0.8, label="answered")
    if answered.any():
        slow = answered & ~shown
        top = 1.1 * latencies[shown].max()
        axes.set_ylim(top=top)
        if slow.any():
            longest = latencies[slow].max() / 1e3
            label = f"{slow.sum()} slower, {longest:.1f} s at most"
            axes.plot(times[slow], np.full(slow.sum(), 0.98 * top), "^", color="C1", label=label)
        axes.axhline(median, color="grey", linestyle="--", label=f"median {median:.0f} ms")
    if not answered.all():
        missing = times[~answered]
        axes.plot(missing, np.zeros(len(missing)), "r|", markersize=12, label="no answer")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return _render(figure)


def _create(x_label: str, y_label: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot(xlabel=x_label, ylabel=y_label)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _render(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=RESOLUTION)
    return file.getvalue()
