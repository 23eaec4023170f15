"""Recognizes the YOLO layout."""

from __future__ import annotations

from pathlib import Path

from centernet_ros.datasets.own.parts import LIST_NAMES, OwnData, ReadPart
from centernet_ros.datasets.own.yolo_names import describe_by_names
from centernet_ros.datasets.yolo import YoloDescription, read_description, read_yolo
from centernet_ros.io.text import read_text


def recognize_yolo(root: Path) -> OwnData | None:
    """A YAML file that names classes and where the images are."""
    files = [root] if root.is_file() else sorted([*root.glob("*.yaml"), *root.glob("*.yml")])
    for path in files:
        if path.suffix not in (".yaml", ".yml"):
            continue
        text = read_text(path, "a YAML file")
        if root.is_file() or ("names" in text and "train" in text):
            return describe_data(read_description(path))
    return None


def recognize_yolo_names(root: Path) -> OwnData | None:
    """A list of class names, which may lie beside labels of other layouts, too."""
    description = describe_by_names(root)
    return describe_data(description) if description else None


def describe_data(description: YoloDescription) -> OwnData:
    """What a description makes of a data set."""
    return OwnData(
        "YOLO",
        "multi_pose" if has_joints(description) else "ctdet",
        {
            part: _read_part(description, name)
            for part, name in LIST_NAMES.items()
            if name in description.parts
        },
    )


def has_joints(description: YoloDescription) -> bool:
    """Whether joints can be learned: those of one class."""
    return description.skeleton is not None and len(description.class_names) == 1


def _read_part(description: YoloDescription, part: str) -> ReadPart:
    joints = has_joints(description)
    return lambda names: read_yolo(description, part, joints=joints, class_names=names)
