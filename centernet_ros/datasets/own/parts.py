"""The parts of a data set, and how tools call them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from centernet_ros.datasets.sample import DataSet
from centernet_ros.models.spec import Task

# What tools call the parts.
PART_NAMES = {"train": ("train",), "validation": ("val", "valid"), "test": ("test",)}
# What lists and descriptions of VOC and YOLO call the parts.
LIST_NAMES = {"train": "train", "validation": "val", "test": "test"}
# Class names are those of the part that is learned from.
ReadPart = Callable[[Sequence[str] | None], DataSet]


@dataclass(frozen=True)
class OwnData:
    """What a folder turned out to be.

    Attributes:
        layout: its name, for messages.
        task: what can be learned from it.
        parts: "train", and "validation" and "test" where there are such; each reads its part.
    """

    layout: str
    task: Task
    parts: dict[str, ReadPart]


def find_part(name: str) -> str | None:
    """The part that a file or folder of some name holds, None if the name does not say."""
    lowered = name.lower()
    for part, words in PART_NAMES.items():
        if any(word in lowered for word in words):
            return part
    return None


def find_part_folders(root: Path) -> dict[str, Path]:
    """The folders of a data set that has one for each part."""
    return _find_parts(root, "", Path.is_dir)


def find_part_lists(root: Path) -> dict[str, Path]:
    """The text files of a data set that has one for each part."""
    return _find_parts(root, ".txt", Path.is_file)


def _find_parts(root: Path, suffix: str, exists: Callable[[Path], bool]) -> dict[str, Path]:
    found = {}
    for part, names in PART_NAMES.items():
        path = next(filter(exists, (root / f"{name}{suffix}" for name in names)), None)
        if path is not None:
            found[part] = path
    return found
