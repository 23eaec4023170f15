"""The camera that looks at a scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Camera:
    """A pinhole over a plane of ground: x right, y down, z forward.

    Attributes:
        size: height and width of the image in pixels.
        focal_length: in pixels.
        centre: x and y of the principal point, in pixels whose centres are whole numbers.
        height: of the camera over the ground in metres.
        slope: rise of y of the ground per metre of x and of z.
    """

    size: tuple[int, int]
    focal_length: float
    centre: tuple[float, float]
    height: float = 1.65
    slope: tuple[float, float] = (0.0, 0.0)

    @property
    def projection(self) -> np.ndarray:
        """(3, 4), metres to pixels."""
        matrix = np.zeros((3, 4))
        matrix[0, 0] = matrix[1, 1] = self.focal_length
        matrix[:2, 2] = self.centre
        matrix[2, 2] = 1
        return matrix

    def find_ground(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """The ground's y at places."""
        return self.height + self.slope[0] * x + self.slope[1] * z

    def supersample(self, factor: int) -> Camera:
        """The same camera with so many times more pixels along each side."""
        x, y = ((value + 0.5) * factor - 0.5 for value in self.centre)
        size = self.size[0] * factor, self.size[1] * factor
        return Camera(size, self.focal_length * factor, (x, y), self.height, self.slope)
