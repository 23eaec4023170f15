"""The authors' affine transform between images and network inputs or outputs."""

from __future__ import annotations

import math

import numpy as np


def build_affine(
    centre: tuple[float, float],
    source_width: float,
    size: tuple[int, int],
    rotation: float = 0.0,
) -> np.ndarray:
    """Brings a square window of an image to the middle of a target.

    Args:
        centre: x and y of the window in the image.
        source_width: of the window in image pixels; it fills the target's width, and the scale
            is the same in height.
        size: height and width of the target.
        rotation: of the window about its centre in radians, positive from x to y.

    Returns:
        (2, 3) float64, image coordinates to target coordinates.
    """
    height, width = size
    scale = width / source_width
    cos, sin = scale * math.cos(rotation), scale * math.sin(rotation)
    linear = np.array([[cos, sin], [-sin, cos]])
    shift = np.array([width / 2, height / 2]) - linear @ np.asarray(centre, dtype=float)
    return np.column_stack((linear, shift))


def apply_affine(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Transform points.

    Args:
        matrix: (2, 3).
        points: (..., 2) x y.

    Returns:
        (..., 2).
    """
    return points @ matrix[:, :2].T + matrix[:, 2]


def invert_affine(matrix: np.ndarray) -> np.ndarray:
    """The (2, 3) inverse of a (2, 3) transform."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack((linear, -linear @ matrix[:, 2]))
