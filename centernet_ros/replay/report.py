"""The HTML report of a replay: one file, everything in it."""

from __future__ import annotations

import base64
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from centernet_ros.conversions.image_topics import ImageTopic
from centernet_ros.replay.outcome import Evaluation
from centernet_ros.replay.plots import plot_latencies, plot_precision_recall
from centernet_ros.replay.table import format_figure, list_columns
from centernet_ros.replay.worst_frames import draw_worst_frames


def write_report(evaluation: Evaluation, images: ImageTopic, file: Path) -> None:
    """Write the figures with plots and the worst images.

    Args:
        images: what was replayed.

    Raises:
        BagError, ImageError: an image cannot be read.
    """
    environment = Environment(
        loader=PackageLoader("centernet_ros.replay", "."),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": format_figure, "brief": _shorten, "embed": _embed}
    outputs = [
        {
            "name": output,
            "summary": score.summary,
            "metrics": score.metrics,
            "table": score.table,
            "columns": list_columns(score),
            "curves": plot_precision_recall(score.curves) if score.curves else None,
        }
        for output, score in evaluation.scores.items()
    ]
    text = environment.get_template("report.html.j2").render(
        evaluation=evaluation,
        outputs=outputs,
        latencies=plot_latencies(evaluation.recording.frames),
        worst=draw_worst_frames(evaluation, images),
    )
    file.write_text(text)


def _shorten(value: float) -> str:
    """Three digits that count."""
    return f"{value:.3g}"


def _embed(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
