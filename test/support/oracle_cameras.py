"""Cameras in the plainest terms: how each sees what the full, rectified image shows."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from sensor_msgs.msg import RegionOfInterest

from centernet_ros.conversions.camera_info import rectified_camera_info


@dataclass(frozen=True)
class OracleCamera:
    """A camera to check the product's against.

    Attributes:
        projection: (3, 4) metres to pixels of the image without distortion.
        distortion: plumb bob coefficients of the image.
    """

    projection: np.ndarray
    distortion: tuple[float, ...] = ()

    def project(self, points, distorted=True):
        """(N, 2) pixels of (N, 3) points."""
        matrix, column = self.projection[:, :3], self.projection[:, 3:]
        if distorted and self.distortion:
            assert not column.any()
            zeros = np.zeros(3)
            return cv2.projectPoints(points, zeros, zeros, matrix, np.array(self.distortion))[0][
                :, 0
            ]
        pixels = matrix @ points.T + column
        return (pixels[:2] / pixels[2]).T


SIZE = (375, 1242)
P2 = np.array(
    [
        [721.5377, 0, 609.5593, 44.85728],
        [0, 721.5377, 172.854, 0.2163791],
        [0, 0, 1, 0.002745884],
    ]
)


# Each gives the CameraInfo, the image's height and width, and the camera, of the projection and
# the size of the full image.


def as_it_came(projection, size):
    return rectified_camera_info(projection, *size), size, OracleCamera(projection)


def resized(projection, size):
    """To 60 % of the width and half the height; CameraInfo still describes the full image."""
    height, width = round(size[0] * 0.5), round(size[1] * 0.6)
    scale = np.diag((width / size[1], height / size[0], 1))
    info = rectified_camera_info(projection, *size)
    return info, (height, width), OracleCamera(scale @ projection)


def cropped(projection, size):
    info = rectified_camera_info(projection, *size)
    info.roi = RegionOfInterest(x_offset=200, y_offset=80, width=900, height=250, do_rectify=True)
    shift = np.array([[1, 0, -200], [0, 1, -80], [0, 0, 1.0]])
    return info, (250, 900), OracleCamera(shift @ projection)


def binned(projection, size):
    """By two; of odd sides the last pixel is lost."""
    info = rectified_camera_info(projection, *size)
    info.binning_x = info.binning_y = 2
    camera = OracleCamera(np.diag((0.5, 0.5, 1)) @ projection)
    return info, (size[0] // 2, size[1] // 2), camera


def cropped_and_binned(projection, size):
    info = cropped(projection, size)[0]
    info.binning_x = info.binning_y = 2
    matrix = np.array([[0.5, 0, -100], [0, 0.5, -40], [0, 0, 1]])
    return info, (125, 450), OracleCamera(matrix @ projection)


def of_another_focal_length(projection, size):
    other = projection * [[0.6], [0.6], [1]] + [[0, 0, 200, 0], [0, 0, 50, 0], [0, 0, 0, 0]]
    return rectified_camera_info(other, *size), size, OracleCamera(other)


def raw(projection, size):
    """Not rectified: K and D instead of P."""
    matrix = np.hstack((projection[:, :3], np.zeros((3, 1))))
    distortion = (-0.1, 0.01, 0.0005, -0.0003, 0.0)
    info = rectified_camera_info(np.full((3, 4), np.nan), *size)
    info.k, info.d = projection[:, :3].ravel().tolist(), list(distortion)
    return info, size, OracleCamera(matrix, distortion)


RECTIFIED = (as_it_came, resized, cropped, binned, cropped_and_binned, of_another_focal_length)
