"""The data sets of a training run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.errors import DataError
from training.data.doubts import find_doubts

# Each task's takes detections of its own kind.
Score = Callable[[DataSet, Sequence[Any]], Mapping[str, float]]


@dataclass(frozen=True)
class Splits:
    """What a task is learned from, its best checkpoint chosen on, and judged by once at the end.

    Attributes:
        score: figures of detections, the most important first.
        train: to learn from.
        validation: scored during the run; the best checkpoint is the best here.
        test: scored once, with the chosen checkpoint.
    """

    score: Score
    train: DataSet
    validation: DataSet | None = None
    test: DataSet | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the readers repaired, passed over or refused."""
        sets = (self.train, self.validation, self.test)
        return tuple(note for data in sets if data for note in data.notes)

    def find_doubts(self) -> tuple[str, ...]:
        """What labels can hardly mean; reads the sizes of some images."""
        sets = (self.train, self.validation, self.test)
        return tuple(doubt for data in sets if data for doubt in find_doubts(data))

    def check_images(self) -> None:
        """Look for all images, rather than meet the one that is missing hours later.

        Raises:
            DataError: some are missing.
        """
        for data in (self.train, self.validation, self.test):
            if data:
                missing = [s.path for s in data.samples if not s.path.is_file()]
                if missing:
                    raise DataError(
                        f"{missing[0]}: no such file, expected an image of {data.source}; "
                        f"{len(missing)} of its {len(data.samples)} images are missing"
                    )

    def __str__(self) -> str:
        purposes = {"to learn from": self.train, "to choose by": self.validation}
        purposes["to test on"] = self.test
        sizes = ", ".join(f"{len(d.samples)} {name}" for name, d in purposes.items() if d)
        return f"images: {sizes}; classes: {', '.join(self.train.class_names)}"
