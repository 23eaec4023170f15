"""Where an image lies in the network's input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from centernet_ros.geometry.affine import apply_affine, invert_affine

Size = tuple[int, int]
# Of a pixel: what rounding leaves of a whole number.
TOLERANCE = 1e-6
# A smaller share of an image in the input than this is worth telling of.
LEAST_SEEN = 0.95


@dataclass(frozen=True)
class InputGeometry:
    """Where an image lands in the network's input.

    Attributes:
        size: height and width of the input.
        image_to_input: (2, 3) float64 affine, image coordinates to input coordinates.
        test_scale: by which the image is resized before anything else.
    """

    size: Size
    image_to_input: np.ndarray
    test_scale: float = 1.0

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

    def find_seen_share(self, image_size: Size) -> float:
        """How much of an upright image of a height and width lies in the input, 0..1."""
        corners = apply_affine(self.image_to_input, np.array([(0, 0), image_size[::-1]]))
        seen = corners.clip(0, self.size[::-1])
        return float(np.prod(seen[1] - seen[0]) / np.prod(corners[1] - corners[0]))

    def find_whole_pixels(self, image_size: Size) -> tuple[slice, slice] | None:
        """The rows and columns of the input that an upright image fills to the pixel.

        Args:
            image_size: height and width of the image.

        Returns:
            the rows and the columns, or None where the image is turned, cut off, or begins or
            ends within a pixel; in continuous coordinates.
        """
        (scale_x, shear_x, left), (shear_y, scale_y, top) = self.image_to_input
        if shear_x or shear_y:
            return None
        rows = _round_to_slice(top, top + scale_y * image_size[0], self.size[0])
        columns = _round_to_slice(left, left + scale_x * image_size[1], self.size[1])
        return (rows, columns) if rows and columns else None


def _round_to_slice(first: float, end: float, length: int) -> slice | None:
    """From one whole number to another within a length; None if they are not such."""
    start, stop = round(first), round(end)
    whole = abs(first - start) < TOLERANCE and abs(end - stop) < TOLERANCE
    return slice(start, stop) if whole and 0 <= start < stop <= length else None
