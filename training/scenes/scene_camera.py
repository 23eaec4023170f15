"""The camera that looks at a scene, and the ground below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SceneCamera:
    """A pinhole camera over a flat ground; x points right, y down and z forward.

    Attributes:
        size: height and width of the image in pixels.
        focal_length: focal length in pixels.
        centre: x and y of the principal point in pixels; the centres of pixels are whole numbers.
        height: height of the camera over the ground in metres.
        slope: increase of the ground's y per metre of x and per metre of z.
    """

    size: tuple[int, int]
    focal_length: float
    centre: tuple[float, float]
    height: float = 1.65
    slope: tuple[float, float] = (0.0, 0.0)

    @property
    def projection(self) -> np.ndarray:
        """The (3, 4) matrix that projects metres to pixels."""
        matrix = np.zeros((3, 4))
        matrix[0, 0] = matrix[1, 1] = self.focal_length
        matrix[:2, 2] = self.centre
        matrix[2, 2] = 1
        return matrix

    def find_ground(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the y of the ground at places x and z, all in metres."""
        return self.height + self.slope[0] * x + self.slope[1] * z

    def supersample(self, factor: int) -> SceneCamera:
        """Return the same camera with `factor` times more pixels along each side."""
        x, y = ((value + 0.5) * factor - 0.5 for value in self.centre)
        size = self.size[0] * factor, self.size[1] * factor
        return SceneCamera(size, self.focal_length * factor, (x, y), self.height, self.slope)
