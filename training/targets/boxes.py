"""Boxes on the output map, as every task's targets begin."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from centernet_ros.geometry.affine import apply_affine
from training.targets.gaussian import compute_radius

Size = tuple[int, int]


class Centre(NamedTuple):
    """An object on the output map.

    Attributes:
        pixel: x and y of its pixel.
        place: index of that pixel in the flattened map.
        offset: (2,) float32 from the pixel to the centre of its box.
        size: (2,) float32 width and height of its box in pixels of the map.
    """

    pixel: tuple[int, int]
    place: int
    offset: np.ndarray
    size: np.ndarray

    def find_radius(self, whole: bool = True, corrected: bool = False) -> int:
        """Of the Gaussian at the centre in pixels; `whole` rounds the box's sides up first."""
        width, height = self.size.tolist()
        if whole:
            width, height = math.ceil(width), math.ceil(height)
        return max(0, int(compute_radius(height, width, corrected=corrected)))


def boxes_to_map(boxes: np.ndarray, image_to_map: np.ndarray, size: Size) -> np.ndarray:
    """Boxes in an image to clipped boxes on the output map.

    Args:
        boxes: (N, 4) x1 y1 x2 y2 in pixels of the image.
        image_to_map: (2, 3) affine.
        size: height and width of the map.

    Returns:
        (N, 4) float32.
    """
    corners = apply_affine(image_to_map, boxes.reshape(-1, 2, 2)).astype(np.float32)
    limit = np.array([size[1] - 1, size[0] - 1], dtype=np.float32)
    return corners.clip(0, limit).reshape(-1, 4)


def find_centre(box: np.ndarray, columns: int, empty: bool = False) -> Centre | None:
    """The centre of a box that is not empty.

    Args:
        box: (4,) float32 x1 y1 x2 y2 in pixels of the map, inside it.
        columns: width of the map.
        empty: that of an empty box too.
    """
    size = box[2:] - box[:2]
    if not empty and not (size > 0).all():
        return None
    centre = (box[:2] + box[2:]) / 2
    pixel = centre.astype(np.int32)
    x, y = pixel.tolist()
    return Centre((x, y), y * columns + x, centre - pixel, size)
