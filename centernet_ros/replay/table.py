"""The figures of a replay as plain text."""

from __future__ import annotations

from collections.abc import Iterable

from tabulate import tabulate

from centernet_ros.replay.outcome import Evaluation
from centernet_ros.replay.score import Score


def format_evaluation(evaluation: Evaluation) -> str:
    """Frames and timing, then for each output its metrics and its classes."""
    blocks = [_format_rows((name, str(count)) for name, count in evaluation.frames.items())]
    blocks.append(_format_rows((n, f"{value:.4f}") for n, value in evaluation.timing.items()))
    for output, score in evaluation.scores.items():
        metrics = _format_rows((name, f"{value:.4f}") for name, value in score.metrics.items())
        blocks.append(f"{output}\n{metrics}")
        measures = list_measures(score)
        rows = [
            (name, *(format_figure(row.get(measure)) for measure in measures))
            for name, row in score.classes.items()
        ]
        blocks.append(f"{output} by class\n{_format_rows([('', *measures), *rows])}")
    return "\n\n".join(filter(None, [*blocks, "\n".join(evaluation.notes)]))


def list_measures(score: Score) -> list[str]:
    """The columns of a score's table of classes."""
    return list(dict.fromkeys(measure for row in score.classes.values() for measure in row))


def format_figure(value: float | None) -> str:
    """Counts as they are, averages with four decimals."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _format_rows(rows: Iterable[tuple[str, ...]]) -> str:
    """Names to the left, figures to the right."""
    table = list(rows)
    columns = len(table[0]) if table else 0
    return (
        tabulate(
            table,
            tablefmt="plain",
            disable_numparse=True,
            colalign=("left", *["right"] * (columns - 1)),
        )
        if table
        else ""
    )
