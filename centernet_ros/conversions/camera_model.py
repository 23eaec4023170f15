"""sensor_msgs/CameraInfo to CameraModel (REP-104)."""

from __future__ import annotations

import numpy as np
from sensor_msgs.msg import CameraInfo

from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.distortion import read_distortion


class CameraInfoError(ValueError):
    """A CameraInfo that 3D cannot be computed from; the text says what was expected."""


def camera_from_info(
    info: CameraInfo, image_size: tuple[int, int], is_rectified: bool
) -> CameraModel:
    """The camera of an image.

    A rectified image has P, with its fourth column; a raw one K and D. Both describe the full
    sensor: binning and region of interest are applied, and what the image was resized by since.

    Args:
        image_size: height and width of the image as it came.
        is_rectified: whether the image was rectified.

    Raises:
        CameraInfoError: not calibrated, or of a distortion model that is not known.
    """
    if is_rectified:
        camera = CameraModel(np.asarray(info.p, np.float64).reshape(3, 4))
    else:
        camera = _raw_camera(info)
    name = "P (projection_matrix)" if is_rectified else "K (camera_matrix)"
    _check_pinhole(camera.projection, name)
    camera = camera.crop(info.roi.x_offset, info.roi.y_offset)
    height, width = image_size
    camera = camera.resize(
        _find_scale(width, info.roi.width or info.width, max(info.binning_x, 1)),
        _find_scale(height, info.roi.height or info.height, max(info.binning_y, 1)),
    )
    _check_pinhole(camera.projection, f"{name} with binning, region and size")
    return camera


def _find_scale(side: int, full: int, binning: int) -> float:
    """Of an image's side to the sensor's, `full` pixels or 0 where nobody knows."""
    # Binning drops what is left over of the last pixel.
    binned = full // binning
    return side / binned / binning if binned else 1 / binning


def _raw_camera(info: CameraInfo) -> CameraModel:
    try:
        distortion = read_distortion(info.distortion_model, info.d)
    except ValueError as error:
        raise CameraInfoError(f"camera_info has {error}") from error
    matrix = np.asarray(info.k, np.float64).reshape(3, 3)
    projection = np.concatenate((matrix, np.zeros((3, 1))), 1)
    return CameraModel(projection, distortion.coefficients, distortion.is_fisheye)


def _check_pinhole(projection: np.ndarray, name: str) -> None:
    focal_lengths = projection[0, 0], projection[1, 1]
    if not (np.isfinite(projection).all() and min(focal_lengths) > 0):
        raise CameraInfoError(
            f"camera_info is not calibrated: {name} has focal lengths "
            f"{focal_lengths[0]:g} and {focal_lengths[1]:g}, expected positive ones"
        )
    if projection[1, 0] or projection[2, :3].tolist() != [0, 0, 1]:
        raise CameraInfoError(
            f"camera_info is not that of a pinhole camera: {name} has the rows "
            f"{projection[1:, :3].tolist()}, expected 0 below its diagonal and 1 at its end"
        )
