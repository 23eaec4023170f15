"""The figures of a replay as plain text."""

from __future__ import annotations

from collections.abc import Iterable

from tabulate import tabulate

from centernet_ros.replay.outcome import Evaluation
from centernet_ros.replay.score import Score


def format_evaluation(evaluation: Evaluation) -> str:
    """Frames and timing, then for each output its summary and its table."""
    blocks = [_format_rows((name, str(count)) for name, count in evaluation.frames.items())]
    blocks.append(_format_rows((n, f"{value:.4f}") for n, value in evaluation.timing.items()))
    for output, score in evaluation.scores.items():
        summary = _format_rows((name, f"{value:.4f}") for name, value in score.summary.items())
        blocks.append(f"{output}\n{summary}")
        columns = list_columns(score)
        rows = [
            (name, *(format_figure(row.get(column)) for column in columns))
            for name, row in score.table.items()
        ]
        blocks.append(f"{output} in detail\n{_format_rows([('', *columns), *rows])}")
    for output, figures in evaluation.tracks.items():
        rows = [(name, f"{value:.4g}") for name, value in figures.items()]
        blocks.append(f"ids of {output}\n{_format_rows(rows)}")
    return "\n\n".join(filter(None, [*blocks, "\n".join(evaluation.notes)]))


def list_columns(score: Score) -> list[str]:
    """The columns of a score's table."""
    return list(dict.fromkeys(column for row in score.table.values() for column in row))


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
