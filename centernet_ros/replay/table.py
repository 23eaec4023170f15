"""The figures of a replay as plain text."""

from __future__ import annotations

from collections.abc import Iterable

from centernet_ros.replay.outcome import Evaluation
from centernet_ros.replay.score import Score


def tabulate(evaluation: Evaluation) -> str:
    """Frames and timing, then for each output its metrics and its classes."""
    blocks = [_align((name, str(count)) for name, count in evaluation.frames.items())]
    blocks.append(_align((name, f"{value:.4f}") for name, value in evaluation.timing.items()))
    for output, score in evaluation.scores.items():
        metrics = _align((name, f"{value:.4f}") for name, value in score.metrics.items())
        blocks.append(f"{output}\n{metrics}")
        measures = list_measures(score)
        rows = [
            (name, *(format_figure(row.get(measure)) for measure in measures))
            for name, row in score.classes.items()
        ]
        blocks.append(f"{output} by class\n{_align([('', *measures), *rows])}")
    return "\n\n".join(filter(None, [*blocks, "\n".join(evaluation.notes)]))


def list_measures(score: Score) -> list[str]:
    """The columns of a score's table of classes."""
    return list(dict.fromkeys(measure for row in score.classes.values() for measure in row))


def format_figure(value: float | None) -> str:
    """Counts as they are, averages with four decimals."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _align(rows: Iterable[tuple[str, ...]]) -> str:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:]))]
        )
        for row in rows
    )
