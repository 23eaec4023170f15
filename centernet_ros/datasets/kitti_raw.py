"""A drive of KITTI's raw recordings: images and a calibration without labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from centernet_ros.datasets.sample import Annotations3D, DataSet, Sample
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import list_images
from centernet_ros.io.kitti_format import parse_raw_calibration
from centernet_ros.io.text import read_text
from centernet_ros.labels import KITTI_CLASSES

# The left colour camera.
IMAGES, CALIBRATION = Path("image_02/data"), "calib_cam_to_cam.txt"


def is_raw_drive(folder: Path) -> bool:
    """Whether a folder is a drive, such as 2011_09_26_drive_0001_sync."""
    return (folder / IMAGES).is_dir()


def read_raw_drive(folder: Path) -> DataSet:
    """The rectified images of a drive's left colour camera, without objects.

    Args:
        folder: the drive, synchronized and rectified. The calibration is in it or, as KITTI has
            it, in the folder of the day around it.

    Raises:
        DataError: the images or the calibration are missing, or the latter is damaged.
    """
    images = list_images(folder / IMAGES)
    projection = read_raw_projection(folder)
    none = np.zeros(0, int)
    space = Annotations3D(
        np.zeros((0, len(KITTI_CLASSES)), bool),
        np.zeros(0),
        np.zeros((0, 3)),
        np.zeros((0, 3)),
        projection,
        none.astype(bool),
    )
    boxes = np.zeros((0, 4))
    samples = (
        Sample(path, path.stem, boxes, none, none.astype(bool), annotations_3d=space)
        for path in images
    )
    return DataSet(folder, KITTI_CLASSES, tuple(samples))


def read_raw_projection(folder: Path) -> np.ndarray:
    """The (3, 4) projection of a drive's rectified left colour camera.

    Raises:
        DataError: the calibration is missing or damaged.
    """
    places = [parent / CALIBRATION for parent in (folder, folder.resolve().parent)]
    found = [path for path in places if path.is_file()]
    if not found:
        raise DataError(
            f"{folder}: no {CALIBRATION} in it or beside it, expected the calibration of its day"
        )
    try:
        return parse_raw_calibration(read_text(found[0], "a KITTI calibration"))
    except ValueError as error:
        raise DataError(f"{found[0]}: {error}") from error
