"""The data sets of a training run."""

from __future__ import annotations

from typing import NamedTuple

from training.data_sets.sample import DataSet


class Splits(NamedTuple):
    """What a run learns from, chooses its best checkpoint on, and is judged by once at the end.

    Attributes:
        train: to learn from.
        validation: scored during the run; the best checkpoint is the best here.
        test: scored once, with the chosen checkpoint.
    """

    train: DataSet
    validation: DataSet | None = None
    test: DataSet | None = None

    def __str__(self) -> str:
        sizes = ", ".join(
            f"{len(data.samples)} {purpose}"
            for data, purpose in zip(self, ("to learn from", "to choose by", "to test on"))
            if data
        )
        return f"pictures: {sizes}; classes: {', '.join(self.train.class_names)}"
