"""Recognizes KITTI's layout."""

from __future__ import annotations

from pathlib import Path

from centernet_ros.datasets.kitti import (
    find_training_folder,
    read_kitti,
    read_kitti_boxes,
)
from centernet_ros.datasets.own.parts import OwnData, ReadPart


def recognize_kitti(root: Path) -> OwnData | None:
    """KITTI's object layout, the folder "training" of it or the one above.

    Without calibrations, which tools for boxes in the image do not write, it has these alone.
    """
    folder = find_training_folder(root)
    if not all((folder / name).is_dir() for name in ("image_2", "label_2")):
        return None
    if not (folder / "calib").is_dir():
        parts = {"train": lambda names: read_kitti_boxes(folder, names)}
        return OwnData("KITTI without calib", "ctdet", parts)
    lists = {
        part: place / f"{name}.txt"
        for place in (root / "ImageSets", folder / "ImageSets")
        for part, name in (("train", "train"), ("validation", "val"))
        if (place / f"{name}.txt").is_file()
    }
    splits = lists if len(lists) == 2 else {"train": None}
    return OwnData(
        "KITTI",
        "ddd",
        {part: _read_kitti_part(folder, split) for part, split in splits.items()},
    )


def _read_kitti_part(folder: Path, split: Path | None) -> ReadPart:
    return lambda names: read_kitti(folder, split, class_names=names)
