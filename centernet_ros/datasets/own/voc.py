"""Recognizes VOC's layout."""

from __future__ import annotations

from pathlib import Path

from centernet_ros.datasets.own.parts import LIST_NAMES, OwnData, ReadPart, find_part_folders
from centernet_ros.datasets.voc import ANNOTATION_FOLDERS, find_folder, read_voc


def recognize_voc(root: Path) -> OwnData | None:
    """XML files in "Annotations", beside the images, or in a folder for each part."""
    if root.is_file():
        return None
    lists = root / "ImageSets" / "Main"
    if lists.is_dir():
        names = {path.stem for path in lists.glob("*.txt")}
        splits = {part: name for part, name in LIST_NAMES.items() if name in names}
        if "validation" not in splits and "trainval" in names:
            splits["train"] = "trainval"
        if "train" in splits:
            return OwnData(
                "VOC", "ctdet", {p: _read_voc_part(root, name) for p, name in splits.items()}
            )
    if has_annotations(root):
        return OwnData("VOC", "ctdet", {"train": _read_voc_part(root, None)})
    folders = {p: f for p, f in find_part_folders(root).items() if has_annotations(f)}
    if "train" not in folders:
        return None
    return OwnData("VOC", "ctdet", {p: _read_voc_part(f, None) for p, f in folders.items()})


def _read_voc_part(root: Path, split: str | None) -> ReadPart:
    return lambda names: read_voc([root], split, names)


def has_annotations(root: Path) -> bool:
    """Whether a folder has XML files where `read_voc` looks for them."""
    return any(find_folder(root, ANNOTATION_FOLDERS).glob("*.xml"))
