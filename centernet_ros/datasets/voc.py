"""Pascal VOC's layout: Annotations, ImageSets/Main and JPEGImages."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from centernet_ros.datasets.sample import DataError, DataSet, Sample
from centernet_ros.labels import PASCAL_CLASSES


def read_voc(
    roots: Sequence[Path], split: str, class_names: Sequence[str] | None = None
) -> DataSet:
    """The images that a split names, of several years perhaps.

    Args:
        roots: folders such as VOC2007 and VOC2012.
        split: name of a file in ImageSets/Main.
        class_names: if None, Pascal's 20 if the data has no others, or else those that the data
            has, in alphabetical order.

    Raises:
        DataError: a file is missing or damaged, or has a class that is not among the names.
    """
    parsed = [
        (root / "JPEGImages" / f"{name}.jpg", path, _parse_objects(path))
        for root in roots
        for name in _read_split(root / "ImageSets" / "Main" / f"{split}.txt")
        for path in (root / "Annotations" / f"{name}.xml",)
    ]
    if class_names is None:
        present = {name for _, _, objects in parsed for name, _, _ in objects}
        class_names = PASCAL_CLASSES if present <= set(PASCAL_CLASSES) else sorted(present)
    labels = {name: label for label, name in enumerate(class_names)}
    samples = []
    for image, path, objects in parsed:
        unknown = {name for name, _, _ in objects} - labels.keys()
        if unknown:
            raise DataError(
                f"{path}: class {', '.join(sorted(unknown))!r}, expected some of: "
                f"{', '.join(class_names)}"
            )
        samples.append(
            Sample(
                image,
                image.stem,
                np.array([box for _, box, _ in objects], float).reshape(-1, 4),
                np.array([labels[name] for name, _, _ in objects], int),
                np.array([difficult for _, _, difficult in objects], bool),
            )
        )
    return DataSet(roots[0], tuple(class_names), tuple(samples))


def _read_split(path: Path) -> list[str]:
    """The first word of each line; per-class splits have a second one."""
    if not path.is_file():
        raise DataError(f"{path}: no such file, expected one image's name a line")
    return [line.split()[0] for line in path.read_text().splitlines() if line.strip()]


def _parse_objects(path: Path) -> list[tuple[str, list[float], bool]]:
    """Class, box and difficulty of each object of an annotation file.

    VOC counts pixels from 1 and includes the last one: 1..10 becomes 0..10.
    """
    try:
        root = ElementTree.parse(path).getroot()
        objects = []
        for node in root.iter("object"):
            box = node.find("bndbox")
            corners = [float(box.findtext(side)) for side in ("xmin", "ymin", "xmax", "ymax")]
            corners[0] -= 1
            corners[1] -= 1
            difficult = node.findtext("difficult", "0").strip() == "1"
            objects.append((node.findtext("name").strip(), corners, difficult))
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file, expected an annotation") from error
    except (ElementTree.ParseError, AttributeError, TypeError, ValueError) as error:
        raise DataError(f"{path}: not a VOC annotation ({error})") from error
    return objects
