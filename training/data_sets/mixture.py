"""One data set to learn from made of two, such as few real frames and many rendered ones."""

from __future__ import annotations

from dataclasses import replace

from training.data_sets.sample import DataError, DataSet


def mix_data(data: DataSet, times: int = 1, also: DataSet | None = None) -> DataSet:
    """A data set's samples, each several times, and another's once; what is pasted is the first's.

    Each time a sample comes with other random changes. It cannot be scored, for there is no one
    source of its ground truth.

    Raises:
        DataError: the two have different classes.
    """
    if also is None:
        return replace(data, samples=data.samples * times, donors=data.samples)
    if also.class_names != data.class_names:
        raise DataError(
            f"{also.source}: classes {', '.join(also.class_names)}, expected those of "
            f"{data.source}: {', '.join(data.class_names)}"
        )
    return replace(data, samples=data.samples * times + also.samples, donors=data.samples)
