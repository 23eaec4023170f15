"""sensor_msgs/CameraInfo from calibrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sensor_msgs.msg import CameraInfo


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

    Raises:
        CalibrationError: the file is missing, not YAML, or lacks a matrix of the right length.
    """
    try:
        values = yaml.safe_load(path.read_text())
        info = CameraInfo(
            height=int(values["image_height"]),
            width=int(values["image_width"]),
            distortion_model=values.get("distortion_model", "plumb_bob"),
            d=[float(v) for v in values["distortion_coefficients"]["data"]],
            k=_read_matrix(values, "camera_matrix", 9),
            r=_read_matrix(values, "rectification_matrix", 9),
            p=_read_matrix(values, "projection_matrix", 12),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise CalibrationError(f"{path}: not a camera calibration YAML file ({reason})") from error
    return info


def _read_matrix(values: dict[str, Any], name: str, count: int) -> list[float]:
    data = [float(value) for value in values[name]["data"]]
    if len(data) != count:
        raise ValueError(f"{name} has {len(data)} values, expected {count}")
    return data
