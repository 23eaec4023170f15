"""The figures of every epoch of a run: results.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

RESULTS = "results.csv"
Row = dict[str, str]


def read_results(folder: Path) -> list[Row]:
    """The rows written so far, by the names of their columns."""
    path = folder / RESULTS
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def add_results(folder: Path, epoch: int, figures: Mapping[str, float]) -> None:
    """Write figures into the row of an epoch; rows of later ones, of a broken-off run, go.

    Args:
        folder: of the run.
        epoch: counted from 1.
        figures: name of the column -> value.
    """
    rows = [row for row in read_results(folder) if int(row["epoch"]) <= epoch]
    if not rows or int(rows[-1]["epoch"]) < epoch:
        rows.append({"epoch": str(epoch)})
    rows[-1] |= {name: f"{value:.6g}" for name, value in figures.items()}
    # Figures of the validation data come later than losses.
    columns = list(dict.fromkeys(name for row in rows for name in row))
    part = folder / f"{RESULTS}.part"
    with part.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(folder / RESULTS)
