"""Rows of figures as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabulate import tabulate


def format_rows(rows: Sequence[Mapping[str, object]]) -> str:
    """Format rows as a table with four digits, under the names of their fields."""
    headers = [name.replace("_", " ") for name in rows[0]]
    return tabulate([list(row.values()) for row in rows], headers, floatfmt=".4g")
