"""A calibrated camera: from pixels of the image as it came to rays in space."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

# OpenCV's own 5 iterations are off by pixels near the border of a wide lens.
CONVERGENCE = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 50, 1e-9)


@dataclass(frozen=True)
class CameraModel:
    """A pinhole projection, and the distortion of the image against it.

    Attributes:
        projection: (3, 4), metres in the optical frame (x right, y down, z forward) to pixels of
            the undistorted image.
        distortion: (N,) coefficients as OpenCV orders them; none for a rectified image.
        is_fisheye: the coefficients are those of the equidistant model.
    """

    projection: np.ndarray
    distortion: np.ndarray = field(default_factory=lambda: np.zeros(0))
    is_fisheye: bool = False

    @property
    def focal_length(self) -> float:
        """Fx in pixels of the image."""
        return float(self.projection[0, 0])

    def undistort_points(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) x y in pixels of the image to pixels of the undistorted image."""
        if not self.distortion.any() or not len(points):
            return points
        matrix = self.projection[:, :3]
        pixels = np.asarray(points, np.float64).reshape(-1, 1, 2)
        if self.is_fisheye:
            points = cv2.fisheye.undistortPoints(pixels, matrix, self.distortion, P=matrix)
        else:
            points = cv2.undistortPointsIter(
                pixels, matrix, self.distortion, np.eye(3), matrix, CONVERGENCE
            )
        return points.reshape(-1, 2)

    def crop(self, left: float, top: float) -> CameraModel:
        """The camera whose image starts at a pixel of this one's."""
        return self._transform(np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]))

    def resize(self, scale_x: float, scale_y: float) -> CameraModel:
        """The camera whose image is this one's, scaled."""
        return self._transform(np.diag((scale_x, scale_y, 1.0)))

    def _transform(self, pixels: np.ndarray) -> CameraModel:
        # Distortion acts on rays, before the camera matrix, and so stays as it is.
        return replace(self, projection=pixels @ self.projection)


Calibration = CameraModel | np.ndarray
"""A camera, or the (3, 4) projection of one without distortion, metres to pixels of the image."""


def as_camera(calibration: Calibration) -> CameraModel:
    """The camera of a bare (3, 4) projection."""
    if isinstance(calibration, CameraModel):
        return calibration
    return CameraModel(np.asarray(calibration, np.float64))
