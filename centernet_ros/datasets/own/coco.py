"""Recognizes COCO's layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.coco_file import Row, read_rows
from centernet_ros.datasets.own.parts import OwnData, ReadPart, find_part, find_part_folders
from centernet_ros.io.errors import DataError
from centernet_ros.io.text import read_text


def recognize_coco(root: Path) -> OwnData | None:
    """JSON files in the folder, in "annotations", or in a folder for each part."""
    files = list_json_files(root)
    root = root.parent if root.is_file() else root
    # COCO itself has files of persons' joints and of captions beside those of boxes.
    boxes = [path for path in files if path.name.startswith("instances")]
    annotations: dict[str, Path] = {}
    for path in boxes or files:
        if is_coco_file(path):
            part = find_part(path.stem) or find_part(path.parent.name) or "train"
            if part in annotations:
                raise DataError(
                    f"{path}: {annotations[part].name} is there, too, expected one file to "
                    f"{'learn from' if part == 'train' else part}; name the file instead of the "
                    "folder"
                )
            annotations[part] = path
    if not annotations:
        return None
    if "train" not in annotations:
        only = next(iter(annotations.values()))
        raise DataError(f"{only}: nothing to learn from beside it, expected a file for training")
    rows = {part: read_rows(path) for part, path in annotations.items()}
    poses = has_joints(rows["train"])
    parts = {
        part: _read_part(path, find_images(root, path, rows[part]["images"]), poses)
        for part, path in annotations.items()
    }
    return OwnData("COCO", "multi_pose" if poses else "ctdet", parts)


def _read_part(path: Path, images: Path, joints: bool) -> ReadPart:
    return lambda names: read_coco(path, images, joints=joints, class_names=names)


def list_json_files(root: Path) -> list[Path]:
    """The JSON files in the places where annotations are, or the file itself."""
    if root.is_file():
        return [root] if root.suffix == ".json" else []
    places = (root, root / "annotations", *find_part_folders(root).values())
    return [path for place in places for path in sorted(place.glob("*.json"))]


def check_json_files(root: Path) -> None:
    """Look for what keeps JSON files of boxes from being COCO's.

    Raises:
        DataError: it is damaged, or lacks a list.
    """
    for path in list_json_files(root):
        if '"bbox"' in read_text(path, "JSON"):
            read_rows(path)


def is_coco_file(path: Path) -> bool:
    """Whether a JSON file has the beginnings of a COCO annotation file."""
    text = read_text(path, "JSON")
    return all(f'"{name}"' in text for name in ("images", "annotations", "categories"))


def has_joints(rows: Mapping[str, Sequence[Row]]) -> bool:
    """Whether the lists of a COCO file are of one class with joints."""
    return len(rows["categories"]) == 1 and any(
        row.get("keypoints") for row in rows["annotations"]
    )


def find_images(root: Path, annotations: Path, rows: Sequence[Row]) -> Path:
    """The folder of a COCO file's images: that in which the first of them is.

    Args:
        root: of the data set.
        annotations: the file.
        rows: its list of images.

    Raises:
        DataError: it is in none of the usual ones.
    """
    names = [str(row.get("file_name", "")) for row in rows[:1]]
    if not names:
        raise DataError(f"{annotations}: no images, expected some")
    name = names[0].replace("\\", "/")
    own = [annotations.parent, root / "images", root]
    folders = [folder for folder in sorted(root.iterdir()) if folder.is_dir()]
    inside = [f for f in sorted((root / "images").glob("*")) if f.is_dir()]
    part = find_part(annotations.stem) or find_part(annotations.parent.name)
    # Numbered images of all parts may have the same names: folders of the same part come first.
    of_part = [folder for folder in [*folders, *inside] if find_part(folder.name) == part]
    for folder in [*of_part, *own, *folders, *inside]:
        if (folder / name).is_file():
            return folder
    raise DataError(
        f"{annotations}: image {name!r} is in no folder of {root}, expected it in "
        f"{root / 'images'}"
    )
