"""One data set to learn from made of several, such as few real frames and many rendered ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.errors import DataError


def mix_data(data: DataSet, times: int = 1, others: Sequence[DataSet] = ()) -> DataSet:
    """A data set's samples, each several times, and others' once; what is pasted is the first's.

    Each time a sample comes with other random changes. It cannot be scored, for there is no one
    source of its ground truth.

    Raises:
        DataError: they have different classes.
    """
    samples = data.samples * times
    for other in others:
        if other.class_names != data.class_names:
            raise DataError(
                f"{other.source}: classes {', '.join(other.class_names)}, expected those of "
                f"{data.source}: {', '.join(data.class_names)}"
            )
        samples += other.samples
    return replace(data, samples=samples, paste_sources=data.samples)
