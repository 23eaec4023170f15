"""2D boxes x1 y1 x2 y2 as (..., 4) arrays, whose leading axes broadcast.

The areas and overlaps of N pairs come from two (N, 4) arrays, those of all pairs of N and M boxes
from `first[:, None]` and `second`. Where corners are pixels that both belong to the box, as in the
authors' soft-NMS, `border` is 1.
"""

from __future__ import annotations

import numpy as np


def compute_areas(boxes: np.ndarray, border: float = 0) -> np.ndarray:
    """Areas in square pixels.

    Args:
        boxes: (..., 4).
        border: added to each side.

    Returns:
        (...).
    """
    return (boxes[..., 2:] - boxes[..., :2] + border).prod(-1)


def intersect_boxes(first: np.ndarray, second: np.ndarray, border: float = 0) -> np.ndarray:
    """Areas that boxes share, in square pixels.

    Args:
        first, second: (..., 4).
        border: added to each side.

    Returns:
        (...) of the shape that both broadcast to.
    """
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    return (high - low + border).clip(0).prod(-1)


def compute_iou(first: np.ndarray, second: np.ndarray, border: float = 0) -> np.ndarray:
    """Intersections over union, 0 where both boxes are empty; as `intersect_boxes`."""
    shared = intersect_boxes(first, second, border)
    union = compute_areas(first, border) + compute_areas(second, border) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union != 0)
