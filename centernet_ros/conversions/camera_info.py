"""sensor_msgs/CameraInfo from calibrations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sensor_msgs.msg import CameraInfo

from centernet_ros.conversions.camera_model import camera_from_info
from centernet_ros.geometry.distortion import Distortion, read_distortion
from centernet_ros.io.errors import DataError
from centernet_ros.io.text import read_text

# Today's name and that of older tools.
MODEL_FIELDS = ("distortion_model", "camera_model")
# What CameraInfo's fields hold.
MAX_SIDE = 2**32 - 1


class CalibrationError(ValueError):
    """A calibration file that cannot be used; the text says what was expected."""


def uncalibrated_camera_info(height: int, width: int) -> CameraInfo:
    """Size alone; K of zeros means uncalibrated (sensor_msgs/CameraInfo)."""
    return CameraInfo(height=height, width=width)


def rectified_camera_info(projection: np.ndarray, height: int, width: int) -> CameraInfo:
    """Of a rectified camera with a (3, 4) projection such as KITTI's P2."""
    return CameraInfo(
        height=height,
        width=width,
        distortion_model="plumb_bob",
        d=[0.0] * 5,
        k=projection[:, :3].ravel().tolist(),
        r=np.eye(3).ravel().tolist(),
        p=projection.ravel().tolist(),
    )


def read_camera_info(path: Path) -> CameraInfo:
    """A calibration in the format of camera_calibration_parsers' YAML files.

    Older files say camera_model for distortion_model; without either the model is plumb_bob.

    Raises:
        CalibrationError: the file is missing or not YAML, or a field is missing or impossible.
    """
    try:
        values = yaml.safe_load(read_text(path, "a camera calibration YAML file"))
    except DataError as error:
        raise CalibrationError(str(error)) from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise CalibrationError(f"{path}: not a camera calibration YAML file ({reason})") from error
    if not isinstance(values, dict):
        raise CalibrationError(
            f"{path}: not a camera calibration YAML file, expected fields such as camera_matrix"
        )
    try:
        distortion = _read_distortion(values)
        info = CameraInfo(
            height=_read_side(values, "image_height"),
            width=_read_side(values, "image_width"),
            distortion_model=distortion.model,
            d=distortion.coefficients.tolist(),
            k=_read_matrix(values, "camera_matrix", 9),
            r=_read_matrix(values, "rectification_matrix", 9),
            p=_read_matrix(values, "projection_matrix", 12),
        )
        for is_rectified in (False, True):
            camera_from_info(info, (info.height, info.width), is_rectified)
    except ValueError as error:
        raise CalibrationError(f"{path}: {error}") from error
    return info


def _read_distortion(values: Mapping[str, Any]) -> Distortion:
    field = next((name for name in MODEL_FIELDS if name in values), None)
    model = values[field] if field else "plumb_bob"
    if not isinstance(model, str):
        raise ValueError(f"{field} is {model!r}, expected the name of a distortion model")
    return read_distortion(model, _read_numbers(values, "distortion_coefficients"))


def _read_side(values: Mapping[str, Any], name: str) -> int:
    side = values.get(name)
    if isinstance(side, bool) or not isinstance(side, int) or not 0 < side <= MAX_SIDE:
        raise ValueError(f"{name} is {side!r}, expected a number of pixels")
    return side


def _read_matrix(values: Mapping[str, Any], name: str, count: int) -> list[float]:
    data = _read_numbers(values, name)
    if len(data) != count:
        raise ValueError(f"{name} has {len(data)} values, expected {count}")
    return data


def _read_numbers(values: Mapping[str, Any], name: str) -> list[float]:
    """The finite numbers under a field's "data", or under the field itself."""
    if name not in values:
        raise ValueError(f"{name} is missing, expected a list of numbers under data")
    data = values[name]
    data = data.get("data") if isinstance(data, dict) else data
    try:
        numbers = [float(value) for value in data or ()]
    except (TypeError, ValueError):
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"{name} is {data!r}, expected a list of finite numbers under data")
    return numbers
