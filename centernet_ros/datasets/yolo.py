"""The YOLO layout: a description with class names, and a text file of objects beside each image.

A line is a class and a box (centre, width, height), an outline, or a box and joints; all as shares
of the image's sides. Ultralytics' documentation of its data sets describes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import yaml

from centernet_ros.datasets.report import Report
from centernet_ros.datasets.sample import DataSet, Joints, Sample
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import IMAGE_SUFFIXES, list_images, read_image_size
from centernet_ros.io.text import read_text
from centernet_ros.skeleton import COCO_SKELETON, Skeleton, find_pairs, number_joints

EXPECTED = "YOLO's description of a data set, with names and train"
# Of a box; joints follow it.
BOX_VALUES = 4
# Decimals of a pixel: shares have few digits, and corners on whole pixels get back there.
DECIMALS = 2
# Shares beyond the border by so much are rounding.
ROUNDING = 1e-3


@dataclass(frozen=True)
class YoloDescription:
    """What the YAML file says, or what stands in for it.

    Attributes:
        path: the file.
        class_names: by label.
        parts: "train", "val" and "test", as far as there are such, and where their images are.
        joints: number of joints of each object, and of values of each; None for boxes alone.
        skeleton: the joints, likewise.
    """

    path: Path
    class_names: tuple[str, ...]
    parts: Mapping[str, tuple[Path, ...]]
    joints: tuple[int, int] | None = None
    skeleton: Skeleton | None = None


def read_description(path: Path) -> YoloDescription:
    """The YAML file of a data set, such as data.yaml.

    Raises:
        DataError: it is missing, damaged, or says too little.
    """
    try:
        content = yaml.safe_load(read_text(path, EXPECTED))
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise DataError(f"{path}: not YAML ({problem}), expected {EXPECTED}") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: no mapping, expected {EXPECTED}")
    parts = {
        part: tuple(_find_images(path, content, part, name) for name in _list(content[part]))
        for part in ("train", "val", "test")
        if content.get(part)
    }
    if "train" not in parts:
        raise DataError(f"{path}: no 'train', expected the folder of its images")
    joints = _read_joints(path, content)
    skeleton = _read_skeleton(path, content, joints[0]) if joints else None
    return YoloDescription(path, _read_names(path, content), parts, joints, skeleton)


def read_yolo(
    description: YoloDescription,
    part: str,
    *,
    joints: bool = False,
    class_names: Sequence[str] | None = None,
) -> DataSet:
    """The images of a part with their objects; images without a text file have none.

    Args:
        description: from `read_description`.
        part: "train", "val" or "test".
        joints: read the joints of each object.
        class_names: labels follow this list rather than the description's.

    Raises:
        DataError: a file is missing or damaged, or names another class.
    """
    if joints and not description.joints:
        raise DataError(f"{description.path}: no kpt_shape, expected that of labels of joints")
    if part not in description.parts:
        raise DataError(
            f"{description.path}: no {part!r}, expected one of: {', '.join(description.parts)}"
        )
    report = Report()
    names = tuple(class_names or description.class_names)
    unknown = set(description.class_names) - set(names)
    if unknown:
        raise DataError(
            f"{description.path}: class {', '.join(sorted(unknown))!r}, expected some of: "
            f"{', '.join(names)}"
        )
    labels = np.array([names.index(name) for name in description.class_names])
    images = [image for place in description.parts[part] for image in _list_part(place)]
    samples = [_read_sample(image, description, labels, joints, report) for image in images]
    if not any(len(sample.boxes) for sample in samples):
        folder = find_label_file(images[0]).parent
        why = "; ".join(report.lines()) or "expected a line for each object"
        raise DataError(
            f"{description.path}: no object in {folder} for any of the {len(images)} images of "
            f"{part!r}: {why}"
        )
    skeleton = description.skeleton if joints else None
    gaps = skeleton.describe_gaps() if skeleton else []
    notes = (*report.lines(), *gaps)
    return DataSet(description.path, names, tuple(samples), notes=notes, skeleton=skeleton)


def find_label_file(image: Path) -> Path:
    """The text file of an image: labels/ in place of the last images/, or beside it."""
    parts, beside = list(image.parts), image.with_suffix(".txt")
    if "images" not in parts or beside.is_file():
        return beside
    last = len(parts) - 1 - parts[::-1].index("images")
    parts[last] = "labels"
    return Path(*parts).with_suffix(".txt")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _find_images(path: Path, content: Mapping[str, Any], part: str, name: object) -> Path:
    """The folder, or the list of files, that a part names.

    Exporters write paths that hold on their own machines alone, or begin one folder too high.
    """
    if not isinstance(name, str):
        raise DataError(f"{path}: {part!r} is {name!r}, expected a folder of images")
    name = name.replace("\\", "/")
    root = str(content.get("path") or "").replace("\\", "/")
    inside = PurePosixPath(name)
    while inside.parts and inside.parts[0] in ("..", "."):
        inside = PurePosixPath(*inside.parts[1:])
    folder = path.parent
    candidates = [folder / root / name, folder / name, folder / inside]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise DataError(f"{path}: {part!r} is {name!r}, expected a folder in {folder / root}")


def _read_names(path: Path, content: Mapping[str, Any]) -> tuple[str, ...]:
    """Class names by label, from a list or from a mapping of numbers."""
    names = content.get("names")
    if isinstance(names, dict):
        if sorted(names) != list(range(len(names))):
            raise DataError(
                f"{path}: 'names' has the numbers {sorted(names)}, expected 0 to {len(names) - 1}"
            )
        names = [names[i] for i in range(len(names))]
    if not isinstance(names, list) or not names:
        raise DataError(f"{path}: 'names' is {names!r}, expected the names of the classes")
    texts = tuple(str(name) for name in names)
    if len(set(texts)) < len(texts):
        raise DataError(f"{path}: two classes have one name, expected a name for each")
    count = content.get("nc", len(texts))
    if count != len(texts):
        raise DataError(f"{path}: nc {count} and {len(texts)} names, expected as many")
    return texts


def _read_joints(path: Path, content: Mapping[str, Any]) -> tuple[int, int] | None:
    shape = content.get("kpt_shape")
    if shape is None:
        return None
    good = isinstance(shape, list) and len(shape) == 2 and all(isinstance(n, int) for n in shape)
    if not good or shape[0] < 1 or shape[1] not in (2, 3):
        raise DataError(f"{path}: kpt_shape {shape}, expected [number of joints, 2 or 3]")
    return shape[0], shape[1]


def _read_skeleton(path: Path, content: Mapping[str, Any], count: int) -> Skeleton:
    """By kpt_names and flip_idx, which says of each joint what it is in a mirrored image."""
    known = number_joints(count)
    names, flip = content.get("kpt_names"), content.get("flip_idx")
    if isinstance(names, dict):  # a list for each class
        names = next(iter(names.values()), None)
    try:
        joints = tuple(map(str, names)) if names else known.joints
        pairs = known.pairs if joints == known.joints else find_pairs(joints)
        if flip:
            pairs = tuple((i, int(other)) for i, other in enumerate(flip) if i < int(other))
        if len(joints) != count or (flip and len(flip) != count):
            raise ValueError(f"{len(joints)} kpt_names and {len(flip or ())} flip_idx")
        if (joints, pairs) == (known.joints, known.pairs):
            return known
        return Skeleton(joints, pairs=pairs)
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}: {error}, expected one for each of {count} joints") from error


def _list_part(place: Path) -> list[Path]:
    """The images of a folder and those inside it, or those that a text file lists."""
    if place.is_dir():
        return list_images(place, recursive=True)
    lines = [line.strip() for line in read_text(place, "one image a line").splitlines()]
    images = [_find_listed(place.parent, line.replace("\\", "/")) for line in lines if line]
    if not images or any(image.suffix.lower() not in IMAGE_SUFFIXES for image in images):
        raise DataError(f"{place}: expected one image a line")
    return images


def _find_listed(folder: Path, name: str) -> Path:
    """An image of a list, whose path may begin with folders of the exporter's own machine."""
    parts = PurePosixPath(name).parts
    inside = (folder / Path(*parts[i:]) for i in range(len(parts)))
    return next((path for path in inside if path.is_file()), folder / name)


def _read_sample(
    image: Path, description: YoloDescription, labels: np.ndarray, joints: bool, report: Report
) -> Sample:
    path = find_label_file(image)
    size = read_image_size(image)
    scale = np.array(size[::-1], float)
    boxes, classes, points, visibility = [], [], [], []
    seen = set()
    for number, line in enumerate(_read_lines(path, report), 1):
        where = f"{path}: line {number}"
        words = line.split()
        if not words:
            continue
        if line in seen:
            report.add("repeated objects: taken once", where)
            continue
        seen.add(line)
        label, values = _parse(words, len(labels), where)
        box = _read_box(values, description.joints, where, report)
        if box is None:
            continue
        boxes.append(box)
        classes.append(labels[label])
        if joints and description.joints:
            row = values[BOX_VALUES:].reshape(description.joints)
            points.append(row[:, :2] * scale)
            known = row[:, 2] if row.shape[1] > 2 else 2.0 * (row[:, :2] > 0).all(1)
            visibility.append(known)
    skeleton = description.skeleton or COCO_SKELETON
    count = len(skeleton)
    return Sample(
        image,
        image.stem,
        (np.array(boxes, float).reshape(-1, 4) * np.tile(scale, 2)).round(DECIMALS),
        np.array(classes, int),
        np.zeros(len(boxes), bool),
        joints=Joints(
            np.array(points, float).reshape(-1, count, 2),
            np.array(visibility, float).reshape(-1, count),
            skeleton,
        )
        if joints
        else None,
        size=size,
    )


def _read_lines(path: Path, report: Report) -> list[str]:
    if not path.is_file():
        report.add("images without a text file: taken as images without objects", str(path))
        return []
    return read_text(path, "objects of a YOLO data set").splitlines()


def _parse(words: Sequence[str], classes: int, where: str) -> tuple[int, np.ndarray]:
    """The label and the other numbers of a line."""
    try:
        numbers = np.array([float(word) for word in words])
    except ValueError as error:
        raise DataError(f"{where}: {error}, expected a class and numbers") from error
    if not np.isfinite(numbers).all():
        raise DataError(f"{where}: not finite, expected a class and numbers from 0 to 1")
    label = int(numbers[0])
    if label != numbers[0] or not 0 <= label < classes:
        raise DataError(f"{where}: class {words[0]}, expected 0 to {classes - 1}")
    return label, numbers[1:]


def _read_box(
    values: np.ndarray, joints: tuple[int, int] | None, where: str, report: Report
) -> np.ndarray | None:
    """(4,) x1 y1 x2 y2 as shares, None for a box without area."""
    expected = BOX_VALUES + (joints[0] * joints[1] if joints else 0)
    if len(values) == expected:
        centre, extent = values[:2], values[2:BOX_VALUES]
        box = np.concatenate((centre - extent / 2, centre + extent / 2))
    elif not joints and len(values) >= 6 and len(values) % 2 == 0:
        report.add("outlines: the boxes around them are taken", where)
        outline = values.reshape(-1, 2)
        box = np.concatenate((outline.min(0), outline.max(0)))
    else:
        raise DataError(f"{where}: {len(values)} numbers behind the class, expected {expected}")
    if box.max() > 1.5 or box.min() < -0.5:
        raise DataError(
            f"{where}: a box of {' '.join(f'{v:g}' for v in values[:4])}, expected shares of the "
            "image's sides, from 0 to 1"
        )
    if (box[2:] <= box[:2]).any():
        report.add("objects whose box has no area: passed over", where)
        return None
    if box.max() > 1 + ROUNDING or box.min() < -ROUNDING:
        report.add("boxes beyond the image's border: cut off there", where)
    return box.clip(0, 1)
