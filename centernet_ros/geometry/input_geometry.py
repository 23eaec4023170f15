"""Where an image lies in the network's input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from centernet_ros.geometry.affine import apply_affine, invert_affine

Size = tuple[int, int]


@dataclass(frozen=True)
class InputGeometry:
    """Where an image lands in the network's input.

    Attributes:
        size: height and width of the input.
        image_to_input: (2, 3) float64 affine, image coordinates to input coordinates.
        zoom: the test scale by which the image is resized before anything else.
    """

    size: Size
    image_to_input: np.ndarray
    zoom: float = 1.0

    @cached_property
    def input_to_image(self) -> np.ndarray:
        """(2, 3) float64 affine, the inverse."""
        return invert_affine(self.image_to_input)

    def points_to_image(self, points: np.ndarray) -> np.ndarray:
        """(..., 2) x y in input pixels to pixels of the image."""
        return apply_affine(self.input_to_image, points)

    def offsets_to_image(self, offsets: np.ndarray) -> np.ndarray:
        """(..., 2) x y from one point to another in input pixels to pixels of the image."""
        return self.points_to_image(offsets) - self.points_to_image(np.zeros(2))

    def boxes_to_image(self, boxes: np.ndarray) -> np.ndarray:
        """(N, 4) x1 y1 x2 y2 in input pixels to pixels of the image."""
        return self.points_to_image(boxes.reshape(-1, 2, 2)).reshape(-1, 4)
