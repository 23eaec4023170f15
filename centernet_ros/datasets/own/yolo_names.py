"""Describes the YOLO layout where a list of class names stands in for the YAML file.

So export labelImg (classes.txt beside the labels), Label Studio (classes.txt, images and labels),
CVAT (obj.names, train.txt and obj_train_data) and Roboflow (_darknet.labels in each part).
"""

from __future__ import annotations

from pathlib import Path

from centernet_ros.datasets.own.parts import LIST_NAMES, find_part_folders, find_part_lists
from centernet_ros.datasets.yolo import YoloDescription
from centernet_ros.io.errors import DataError
from centernet_ros.io.text import read_text

NAMES_FILES = ("classes.txt", "obj.names", "_darknet.labels")


def describe_by_names(root: Path) -> YoloDescription | None:
    """What a data set with a list of class names has, None where there is no such list.

    Args:
        root: of the data set.

    Raises:
        DataError: the list has a name twice, or none.
    """
    folders = (root, root / "labels", *find_part_folders(root).values())
    places = (folder / name for folder in folders for name in NAMES_FILES)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return None
    lines = read_text(path, "one class name a line").splitlines()
    names = tuple(line.strip() for line in lines if line.strip())
    if not names or len(set(names)) < len(names):
        raise DataError(f"{path}: {', '.join(names)}, expected one class name a line, each once")
    return YoloDescription(path, names, find_parts(root))


def find_parts(root: Path) -> dict[str, tuple[Path, ...]]:
    """Where the images of each part are: those of a list, in folders of their own, or all."""
    images = root / "images" if (root / "images").is_dir() else root
    for places in (find_part_lists(root), find_part_folders(images)):
        if "train" in places:
            return {LIST_NAMES[part]: (place,) for part, place in places.items()}
    return {"train": (images,)}
