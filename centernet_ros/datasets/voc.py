"""Pascal VOC's layout: Annotations, ImageSets/Main and JPEGImages.

Labelling tools also write the annotations alone, beside the images or in folders of other names.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from centernet_ros.datasets.report import Report
from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.io.errors import DataError, describe_os_error
from centernet_ros.io.images import IMAGE_SUFFIXES, index_images, order_naturally
from centernet_ros.io.text import read_text

ANNOTATION_FOLDERS = ("Annotations", "annotations", "labels", ".")
IMAGE_FOLDERS = ("JPEGImages", "images", ".")
SIDES = ("xmin", "ymin", "xmax", "ymax")
DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding=[\"']([\w.-]+)[\"'][^>]*\?>")


@dataclass(frozen=True)
class VocObject:
    """An object of an annotation file.

    Attributes:
        name: of its class.
        box: x1 y1 x2 y2 as written.
        difficult: whether evaluation passes over it.
    """

    name: str
    box: tuple[float, float, float, float]
    difficult: bool


class VocAnnotation(NamedTuple):
    """An annotation file.

    Attributes:
        image: the image's file.
        path: the file itself.
        objects: in it.
        size: height and width that it says the image has, None where it does not.
    """

    image: Path
    path: Path
    objects: list[VocObject]
    size: tuple[int, int] | None


def read_voc(
    roots: Sequence[Path], split: str | None, class_names: Sequence[str] | None = None
) -> DataSet:
    """The images that a split names, of several years perhaps.

    Args:
        roots: folders such as VOC2007 and VOC2012.
        split: name of a file in ImageSets/Main, None for all annotations.
        class_names: those that the data has, in alphabetical order, if None.

    Raises:
        DataError: a file is missing or damaged, or has a class that is not among the names.
    """
    report = Report()
    parsed: list[VocAnnotation] = []
    for root in roots:
        folder = find_folder(root, ANNOTATION_FOLDERS)
        image_folder = find_folder(root, IMAGE_FOLDERS)
        images = index_images(image_folder)
        names = read_split(root, split) if split else list_annotations(folder)
        if split is None:
            for name in sorted(images.keys() - set(names)):
                report.add("images without an annotation: passed over", str(images[name]))
        for name in names:
            path = folder / f"{name}.xml"
            document = parse_annotation(path)
            image = images.get(name, image_folder / f"{name}.jpg")
            objects = read_objects(document, path, report)
            parsed.append(VocAnnotation(image, path, objects, read_size(document)))
    first = find_first_pixel(parsed, report)
    if class_names is None:
        class_names = sorted({each.name for _, _, objects, _ in parsed for each in objects})
    labels = {name: label for label, name in enumerate(class_names)}
    samples = []
    for image, path, objects, size in parsed:
        unknown = {each.name for each in objects} - labels.keys()
        if unknown:
            raise DataError(
                f"{path}: class {', '.join(sorted(unknown))!r}, expected some of: "
                f"{', '.join(class_names)}"
            )
        samples.append(
            Sample(
                image,
                path.stem,
                np.array([each.box for each in objects], float).reshape(-1, 4)
                - (first, first, 0, 0),
                np.array([labels[each.name] for each in objects], int),
                np.array([each.difficult for each in objects], bool),
                size=size,
            )
        )
    return DataSet(roots[0], tuple(class_names), tuple(samples), notes=report.lines())


def find_first_pixel(parsed: Sequence[VocAnnotation], report: Report) -> int:
    """What number the first pixel has.

    VOC counts from 1 and includes the last pixel, so that 1..10 are the edges 0 and 10. Tools that
    write edges themselves are known by boxes that begin below 1.

    Args:
        parsed: all annotations of a data set.
        report: of these boxes.
    """
    below = [
        f"{annotation.path}: object {number}"
        for annotation in parsed
        for number, each in enumerate(annotation.objects, 1)
        if min(each.box[:2]) < 1
    ]
    for where in below:
        report.add("boxes that begin below pixel 1: all are taken as counted from 0", where)
    return 0 if below else 1


def find_folder(root: Path, names: Sequence[str]) -> Path:
    """The first of some folders that is there; the first of all if none is."""
    return next((root / name for name in names if (root / name).is_dir()), root / names[0])


def list_annotations(folder: Path) -> list[str]:
    """The names of all annotations of a folder, in natural order.

    Raises:
        DataError: there are none.
    """
    names = [path.stem for path in folder.glob("*.xml") if path.name[0] != "."]
    if not names:
        raise DataError(f"{folder}: no annotation in it, expected files such as 000001.xml")
    return sorted(names, key=order_naturally)


def read_split(root: Path, split: str) -> list[str]:
    """The names of a split's images.

    Names may hold spaces and have an image's ending; in the splits of one class a -1, 0 or 1
    stands behind them.

    Args:
        root: folder with ImageSets and Annotations.
        split: name of a file in ImageSets/Main.

    Raises:
        DataError: the file is missing or empty.
    """
    path = root / "ImageSets" / "Main" / f"{split}.txt"
    lines = [line.strip() for line in read_text(path, "one image's name a line").splitlines()]
    names = [find_name(root / "Annotations", line) for line in lines if line]
    if not names:
        raise DataError(f"{path}: empty, expected one image's name a line")
    return names


def find_name(annotations: Path, line: str) -> str:
    """The name that a line of a split means: one that has an annotation, if there is such."""
    without_flag = re.sub(r"\s+(-1|0|1)$", "", line)
    candidates = [line, without_flag]
    candidates += [
        str(Path(name).with_suffix(""))
        for name in candidates
        if Path(name).suffix.lower() in IMAGE_SUFFIXES
    ]
    for name in candidates:
        if (annotations / f"{name}.xml").is_file():
            return name
    return candidates[-1] if len(candidates) > 2 else without_flag


def parse_annotation(path: Path) -> ElementTree.Element:
    """The document of an annotation file, in whatever encoding it declares.

    Raises:
        DataError: the file is missing, or not XML.
    """
    try:
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise DataError(f"{path}: {describe_os_error(error)}, expected an annotation") from error
    declared = DECLARATION.match(data)
    try:
        # The parser itself knows few encodings.
        document = ElementTree.fromstring(
            data[declared.end() :].decode(declared[1].decode()) if declared else data
        )
    except (ElementTree.ParseError, LookupError, UnicodeDecodeError, ValueError) as error:
        raise DataError(f"{path}: not a VOC annotation ({error})") from error
    if document.tag != "annotation":
        raise DataError(f"{path}: <{document.tag}>, expected the <annotation> of VOC")
    return document


def read_size(document: ElementTree.Element) -> tuple[int, int] | None:
    """Height and width that an annotation says its image has, None where it does not."""
    texts = [document.findtext(f"size/{name}", "") for name in ("height", "width")]
    height, width = (int(text) if text.strip().isdecimal() else 0 for text in texts)
    return (height, width) if height and width else None


def read_objects(document: ElementTree.Element, path: Path, report: Report) -> list[VocObject]:
    """The objects of an annotation.

    Args:
        document: of the annotation.
        path: its file, for errors.
        report: of what was repaired.

    Raises:
        DataError: an object has no name or no box of numbers.
    """
    objects = []
    for number, node in enumerate(document.iter("object"), 1):
        where = f"{path}: object {number}"
        name = (node.findtext("name") or "").strip()
        if not name:
            raise DataError(f"{where} has no name, expected its class")
        box = node.find("bndbox")
        if box is None:
            raise DataError(f"{where}, {name!r}, has no bndbox, expected a box")
        x1, y1, x2, y2 = (read_number(box, side, f"{where}, {name!r}") for side in SIDES)
        if x2 < x1 or y2 < y1:
            report.add("boxes with swapped corners: put in order", where)
            x1, x2, y1, y2 = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
        difficult = (node.findtext("difficult") or "0").strip() == "1"
        objects.append(VocObject(name, (x1, y1, x2, y2), difficult))
    return objects


def read_number(box: ElementTree.Element, side: str, where: str) -> float:
    """A side of a box.

    Raises:
        DataError: it is missing or no number.
    """
    text = (box.findtext(side) or "").strip()
    try:
        value = float(text)
    except ValueError as error:
        raise DataError(f"{where}: {side} of bndbox is {text!r}, expected a number") from error
    if not np.isfinite(value):
        raise DataError(f"{where}: {side} of bndbox is {text!r}, expected a finite number")
    return value
