"""Rows of numbers as text."""

from __future__ import annotations

from collections.abc import Sequence

Row = dict[str, str | float]


def format_table(rows: Sequence[Row]) -> str:
    """Columns under their names, as wide as they need."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([format_cell(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths)) for line in lines
    )


def format_cell(value: str | float) -> str:
    """Three digits are enough for what is measured."""
    return value if isinstance(value, str) else f"{value:.4g}" if value >= 1 else f"{value:.3f}"
