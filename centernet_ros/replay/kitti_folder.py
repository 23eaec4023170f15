"""KITTI's layout: image_2, label_2 and calib."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import cv2
from sensor_msgs.msg import CameraInfo
from std_msgs.msg import Header

from centernet_ros.conversions.camera_info import rectified_camera_info
from centernet_ros.conversions.kitti_ground_truth import kitti_to_messages
from centernet_ros.io.kitti_format import parse_kitti_calibration, parse_kitti_labels
from centernet_ros.labels import KITTI_TYPES
from centernet_ros.replay.annotated_folder import (
    AnnotatedFolder,
    AnnotatedImage,
    DataSetError,
)

Content = TypeVar("Content")


def open_kitti(folder: Path, split: Path | None) -> AnnotatedFolder:
    """Frames of the left colour camera, which are rectified.

    Args:
        folder: such as training.
        split: file of one frame a line, all that have labels if None.

    Raises:
        DataSetError: there are no frames.
    """
    labels = folder / "label_2"
    try:
        frames = (
            split.read_text().split() if split else sorted(p.stem for p in labels.glob("*.txt"))
        )
    except OSError as error:
        raise DataSetError(f"{split}: not a file of one frame a line ({error})") from error
    if not frames:
        raise DataSetError(f"{split or labels}: no frames, expected names such as 000001")
    return AnnotatedFolder(KITTI_TYPES, True, [_open_frame(folder, frame) for frame in frames])


def _open_frame(folder: Path, frame: str) -> AnnotatedImage:
    image = folder / "image_2" / f"{frame}.png"
    return AnnotatedImage(
        image,
        partial(_read_truth, folder / "label_2" / f"{frame}.txt"),
        partial(_read_camera_info, folder / "calib" / f"{frame}.txt", image),
    )


def _read_truth(path: Path) -> dict[str, Any]:
    labels = _read(path, parse_kitti_labels)
    try:
        return kitti_to_messages(path.stem, labels, Header())
    except ValueError as error:
        raise DataSetError(f"{path}: {error}") from error


def _read_camera_info(path: Path, image: Path) -> CameraInfo:
    pixels = cv2.imread(str(image))
    if pixels is None:
        raise DataSetError(f"{image}: not an image that can be decoded")
    return rectified_camera_info(_read(path, parse_kitti_calibration), *pixels.shape[:2])


def _read(path: Path, parse: Callable[[str], Content]) -> Content:
    try:
        return parse(path.read_text())
    except (OSError, ValueError) as error:
        raise DataSetError(f"{path}: cannot be used ({error}), expected KITTI's") from error
