"""Orientation of objects on the ground (paper section 4; Mousavian et al. 2017)."""

from __future__ import annotations

import numpy as np


def wrap_angle(angles: np.ndarray) -> np.ndarray:
    """The same angles in -pi..pi."""
    return np.arctan2(np.sin(angles), np.cos(angles))


def decode_alpha(orientations: np.ndarray) -> np.ndarray:
    """Observation angle from the orientation head.

    Args:
        orientations: (..., 8) for the bins about -pi/2 and pi/2: two logits, sine and cosine. The
            bin whose second logit is higher counts.

    Returns:
        (...) radians, as the bins give it: between -3 pi/2 and 3 pi/2.
    """
    first, second = np.split(np.asarray(orientations), 2, -1)
    return np.where(
        first[..., 1] > second[..., 1],
        np.arctan2(first[..., 2], first[..., 3]) - np.pi / 2,
        np.arctan2(second[..., 2], second[..., 3]) + np.pi / 2,
    )


def alpha_to_rotation_y(
    alphas: np.ndarray, columns: np.ndarray, projection: np.ndarray
) -> np.ndarray:
    """Heading in the camera's frame from heading relative to the viewing ray.

    Args:
        alphas: (...) radians.
        columns: (...) x of the objects in pixels.
        projection: (3, 4) of the camera.

    Returns:
        (...) radians in -pi..pi.
    """
    return wrap_angle(alphas + np.arctan2(columns - projection[0, 2], projection[0, 0]))


def rotation_y_to_alpha(
    rotations_y: np.ndarray, columns: np.ndarray, projection: np.ndarray
) -> np.ndarray:
    """The inverse of `alpha_to_rotation_y`."""
    return wrap_angle(rotations_y - np.arctan2(columns - projection[0, 2], projection[0, 0]))
