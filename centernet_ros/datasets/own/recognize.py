"""Finds the layout of a folder."""

from __future__ import annotations

from pathlib import Path

from centernet_ros.datasets.own.coco import check_json_files, recognize_coco
from centernet_ros.datasets.own.kitti import recognize_kitti
from centernet_ros.datasets.own.parts import OwnData
from centernet_ros.datasets.own.voc import recognize_voc
from centernet_ros.datasets.own.yolo import recognize_yolo, recognize_yolo_names
from centernet_ros.io.errors import DataError

EXPECTED = (
    "COCO (a JSON file with images, annotations and categories), VOC (XML files), YOLO (a YAML "
    "file with names and train, or classes.txt) or KITTI (image_2, label_2 and calib)"
)


# The surest sign of a layout comes first.
RECOGNIZERS = (
    recognize_kitti,
    recognize_yolo,
    recognize_coco,
    recognize_voc,
    recognize_yolo_names,
)


class UnknownLayoutError(DataError):
    """There is nothing that any reader knows."""


def recognize_data(root: Path) -> OwnData:
    """The layout of a folder, or of the YAML or JSON file that describes a data set.

    Raises:
        UnknownLayoutError: there is nothing that can be read.
        DataError: what there is cannot be.
    """
    if not root.exists():
        raise UnknownLayoutError(f"{root}: no such file or folder, expected labelled images")
    for recognize in RECOGNIZERS:
        found = recognize(root)
        if found:
            return found
    check_json_files(root)
    raise UnknownLayoutError(f"{root}: no labels of a known layout, expected {EXPECTED}")
