"""Reads a part of a data set, or the images that a file lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from centernet_ros.datasets.own.parts import OwnData
from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import IMAGE_SUFFIXES
from centernet_ros.io.text import read_text

# What is scored, unless it is said: the first that there is.
SCORED = ("validation", "test", "train")


def read_part(
    data: OwnData, source: Path, split: str | None, class_names: Sequence[str] | None = None
) -> DataSet:
    """The part of a data set that a command line names.

    Args:
        data: from `recognize_data`.
        source: its folder, for errors.
        split: "train", "validation" or "test"; a file of one image a line, as a training writes
            train.txt and validation.txt; None for the first of SCORED.
        class_names: labels follow this list; the data's own if None.

    Raises:
        DataError: there is no such part, or none of the listed images.
    """
    if split is not None and is_image_list(Path(split)):
        return _read_listed(data, source, Path(split), class_names)
    part = split or next(name for name in SCORED if name in data.parts)
    if part not in data.parts:
        raise DataError(
            f"{source}: no part {part!r}, expected {', '.join(data.parts)} or a file of one image "
            "a line"
        )
    return data.parts[part](class_names)


def is_image_list(path: Path) -> bool:
    """Whether a file has the name of an image on its first line."""
    if not path.is_file():
        return False
    lines = read_text(path, "one image a line").splitlines()
    return bool(lines) and Path(lines[0].strip()).suffix.lower() in IMAGE_SUFFIXES


def _read_listed(
    data: OwnData, source: Path, path: Path, class_names: Sequence[str] | None
) -> DataSet:
    lines = read_text(path, "one image a line").splitlines()
    wanted = {Path(line.strip()).resolve() for line in lines if line.strip()}
    for read in data.parts.values():
        of_part = read(class_names)
        samples = tuple(s for s in of_part.samples if s.path.resolve() in wanted)
        if samples:
            return replace(of_part, samples=samples)
    raise DataError(f"{path}: none of its images is in {source}, expected some")
