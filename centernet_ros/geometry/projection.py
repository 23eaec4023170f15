"""Pinhole projection with a 3x4 matrix: KITTI's P2, or P of sensor_msgs/CameraInfo."""

from __future__ import annotations

import numpy as np


def project(points: np.ndarray, projection: np.ndarray) -> np.ndarray:
    """Points in space to pixels.

    Args:
        points: (..., 3) x y z in metres, in the frame of the rectified camera.
        projection: (3, 4).

    Returns:
        (..., 2) x y in pixels.
    """
    homogeneous = points @ projection[:, :3].T + projection[:, 3]
    return homogeneous[..., :2] / homogeneous[..., 2:]


def unproject(pixels: np.ndarray, depths: np.ndarray, projection: np.ndarray) -> np.ndarray:
    """Pixels with depth to points in space.

    Args:
        pixels: (..., 2) x y.
        depths: (...) third homogeneous coordinate of the projection in metres: z but for the
            few millimetres of `projection[2, 3]`.
        projection: (3, 4).

    Returns:
        (..., 3) x y z in metres.
    """
    z = depths - projection[2, 3]
    x = (pixels[..., 0] * depths - projection[0, 3] - projection[0, 2] * z) / projection[0, 0]
    y = (pixels[..., 1] * depths - projection[1, 3] - projection[1, 2] * z) / projection[1, 1]
    return np.stack((x, y, z), -1)
