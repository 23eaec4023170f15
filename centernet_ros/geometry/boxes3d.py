"""Boxes that stand on the ground of the rectified camera's frame: x right, y down, z forward."""

from __future__ import annotations

import numpy as np

# In units of half length, height and half width.
GROUND = ((1, 0, 1), (1, 0, -1), (-1, 0, -1), (-1, 0, 1))
UNIT_CORNERS = np.array((*GROUND, *((x, -1, z) for x, _, z in GROUND)))


def rotate_y(points: np.ndarray, rotations_y: np.ndarray) -> np.ndarray:
    """Turn points about the y axis.

    Args:
        points: (..., K, 3).
        rotations_y: (...) radians, positive from z to x.

    Returns:
        (..., K, 3).
    """
    angles = np.asarray(rotations_y)[..., None]
    cos, sin = np.cos(angles), np.sin(angles)
    x, y, z = np.moveaxis(points, -1, 0)
    return np.stack((cos * x + sin * z, y, cos * z - sin * x), -1)


def compute_middles(dimensions: np.ndarray, locations: np.ndarray) -> np.ndarray:
    """(N, 3) x y z of the middles of boxes; arguments as for `compute_corners`, N of them."""
    return locations - dimensions[:, :1] / 2 * (0, 1, 0)


def compute_corners(
    dimensions: np.ndarray, locations: np.ndarray, rotations_y: np.ndarray
) -> np.ndarray:
    """The corners of boxes.

    Args:
        dimensions: (..., 3) height, width and length in metres.
        locations: (..., 3) x y z of the middle of the bottom.
        rotations_y: (...) radians.

    Returns:
        (..., 8, 3): front left, front right, back right and back left of the bottom, seen by
        who looks along the heading; then the same of the top.
    """
    height, width, length = np.moveaxis(np.asarray(dimensions), -1, 0)
    scale = np.stack((length / 2, height, width / 2), -1)
    corners = UNIT_CORNERS * scale[..., None, :]
    return rotate_y(corners, rotations_y) + np.asarray(locations)[..., None, :]
