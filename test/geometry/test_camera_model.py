import cv2
import numpy as np
import pytest

from centernet_ros.geometry.camera_model import CameraModel, as_camera

PROJECTION = np.array([[500.0, 0, 320, 0], [0, 510, 240, 0], [0, 0, 1, 0]])
RAYS = np.array([[0.3, -0.2, 1.0], [-0.85, 0.5, 1.0], [0.8, 0.45, 1.0], [0.0, 0.0, 1.0]])


@pytest.mark.parametrize(
    ("coefficients", "is_fisheye"),
    [
        ([-0.2, 0.05, 0.001, 0.002], False),
        ([-0.35, 0.12, 0.001, -0.0005, -0.02], False),
        ([2.0, 1.2, 0.001, 0.0005, 0.06, 2.3, 1.6, 0.3], False),
        ([0.02, 0.01, 0.0, 0.0], True),
    ],
)
def test_undistorted_pixels_are_those_of_the_pinhole(coefficients, is_fisheye):
    distortion = np.array(coefficients)
    camera = CameraModel(PROJECTION, distortion, is_fisheye)
    matrix, zero = PROJECTION[:, :3], np.zeros(3)
    if is_fisheye:
        points = RAYS.reshape(-1, 1, 3)
        distorted = cv2.fisheye.projectPoints(points, zero, zero, matrix, distortion)[0]
    else:
        distorted = cv2.projectPoints(RAYS, zero, zero, matrix, distortion)[0]
    pinhole = (RAYS @ matrix.T)[:, :2]
    assert np.abs(distorted.reshape(-1, 2) - pinhole).max() > 1
    undistorted = camera.undistort_points(distorted.reshape(-1, 2))
    np.testing.assert_allclose(undistorted, pinhole, atol=1e-5)


def test_without_distortion_points_stay():
    points = np.array([[1.0, 2.0]])
    assert as_camera(PROJECTION).undistort_points(points) is points


def test_resized_camera_undistorts_resized_points():
    camera = CameraModel(PROJECTION, np.array([-0.2, 0.05, 0.001, 0.002]))
    points = np.array([[100.0, 60.0], [500.0, 400.0]])
    np.testing.assert_allclose(
        camera.resize(0.5, 0.25).undistort_points(points * [0.5, 0.25]),
        camera.undistort_points(points) * [0.5, 0.25],
        atol=1e-6,
    )
