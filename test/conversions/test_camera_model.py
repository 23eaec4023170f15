import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CameraInfo, RegionOfInterest

from centernet_ros.conversions.camera_model import CameraInfoError, camera_from_info
from centernet_ros.geometry.projection import project

K = [500.0, 0.0, 320.0, 0.0, 510.0, 240.0, 0.0, 0.0, 1.0]
P = [490.0, 0.0, 321.0, -49.0, 0.0, 505.0, 241.0, 2.0, 0.0, 0.0, 1.0, 0.003]
SIZE = (480, 640)
POINTS = np.array([[1.0, 0.5, 4.0], [-2.0, 0.1, 9.0]])


def make_info(**changes):
    return CameraInfo(**{"height": 480, "width": 640, "k": K, "p": P, **changes})


def test_rectified_image_has_p_with_its_fourth_column():
    camera = camera_from_info(make_info(d=[0.1] * 5), SIZE, is_rectified=True)
    np.testing.assert_array_equal(camera.projection, np.reshape(P, (3, 4)))
    assert not camera.distortion.any()


def test_raw_image_has_k_and_d():
    info = make_info(d=[0.1, -0.05, 0.001, 0.002, 0.0], distortion_model="plumb_bob")
    camera = camera_from_info(info, SIZE, is_rectified=False)
    np.testing.assert_array_equal(camera.projection[:, :3], np.reshape(K, (3, 3)))
    assert not camera.projection[:, 3].any()
    assert camera.distortion.tolist() == [0.1, -0.05, 0.001, 0.002, 0.0]


@pytest.mark.parametrize("is_rectified", [True, False])
def test_resized_image_scales_every_column(is_rectified):
    full = camera_from_info(make_info(), SIZE, is_rectified)
    half = camera_from_info(make_info(), (240, 320), is_rectified)
    np.testing.assert_allclose(
        project(POINTS, half.projection), project(POINTS, full.projection) / 2
    )


def test_binning_halves_the_pixels():
    full = camera_from_info(make_info(), SIZE, is_rectified=True)
    binned = camera_from_info(make_info(binning_x=2, binning_y=2), (240, 320), is_rectified=True)
    np.testing.assert_allclose(
        project(POINTS, binned.projection), project(POINTS, full.projection) / 2
    )


def test_binning_of_an_odd_number_of_pixels():
    full = camera_from_info(make_info(), SIZE, is_rectified=True)
    info = make_info(height=481, width=643, binning_x=3, binning_y=2)
    binned = camera_from_info(info, (240, 214), is_rectified=True)
    np.testing.assert_allclose(
        project(POINTS, binned.projection), project(POINTS, full.projection) / [3, 2]
    )


@pytest.mark.parametrize("binning", [1, 2])
def test_region_of_interest_shifts_the_pixels(binning):
    roi = RegionOfInterest(x_offset=100, y_offset=40, height=200, width=300)
    info = make_info(roi=roi, binning_x=binning, binning_y=binning)
    full = camera_from_info(make_info(), SIZE, is_rectified=True)
    part = camera_from_info(info, (200 // binning, 300 // binning), is_rectified=True)
    expected = (project(POINTS, full.projection) - [100, 40]) / binning
    np.testing.assert_allclose(project(POINTS, part.projection), expected)


@pytest.mark.parametrize(
    ("changes", "is_rectified", "message"),
    [
        ({"k": [0.0] * 9}, False, "not calibrated: K .* has focal lengths 0 and 0"),
        ({"p": [0.0] * 12}, True, "not calibrated: P .* has focal lengths 0 and 0"),
        ({"k": [float("nan")] * 9}, False, "not calibrated"),
        ({"d": [float("inf")] * 5, "distortion_model": "plumb_bob"}, False, "expected finite"),
        ({"d": [0.1] * 7, "distortion_model": "plumb_bob"}, False, "7 distortion coeff"),
        ({"k": [1.0] * 9}, False, "not that of a pinhole camera: K"),
        ({"distortion_model": "ftheta", "d": [0.1]}, False, "'ftheta' with .* expected plumb_bob"),
    ],
)
def test_what_3d_cannot_use_is_refused(changes, is_rectified, message):
    with pytest.raises(CameraInfoError, match=message):
        camera_from_info(make_info(**changes), SIZE, is_rectified)


def test_binning_drops_what_is_left_over():
    info = make_info(height=375, binning_y=2)
    binned = camera_from_info(info, (187, 640), is_rectified=True)
    np.testing.assert_allclose(binned.projection[1], np.array(P[4:8]) / 2)


BROWN = [
    0.05,
    -0.01,
    0.001,
    -0.001,
    0.002,
    0.01,
    -0.003,
    0.001,
    1e-4,
    -1e-4,
    1e-4,
    1e-4,
    0.01,
    0.0,
]
FISHEYE = [0.05, -0.01, 0.001, 0.002]


@pytest.mark.parametrize(
    ("model", "coefficients", "expected"),
    [
        ("plumb_bob", BROWN[:4], BROWN[:4]),
        ("plumb_bob", BROWN[:5], BROWN[:5]),
        ("plumb_bob", [*BROWN[:5], 0, 0, 0], BROWN[:5]),
        ("plumb_bob", BROWN[:8], BROWN[:8]),
        ("rational_polynomial", BROWN[:5], BROWN[:5]),
        ("rational_polynomial", BROWN[:8], BROWN[:8]),
        ("rational_polynomial", BROWN[:12], BROWN[:12]),
        ("thin_prism", BROWN[:12], BROWN[:12]),
        ("rational_polynomial", BROWN, BROWN),
        ("Plumb Bob", BROWN[:5], BROWN[:5]),
        ("radial-tangential", BROWN[:4], BROWN[:4]),
        ("RADTAN", BROWN[:4], BROWN[:4]),
        ("brown_conrady", BROWN[:5], BROWN[:5]),
        ("", [0] * 5, []),
        ("none", [], []),
        ("None", [0] * 5, []),
        ("pinhole", [0] * 4, []),
        ("anything", [], []),
        ("ftheta", [0] * 6, []),
        ("equidistant", [0] * 5, []),
    ],
)
def test_distortions_as_drivers_publish_them(model, coefficients, expected):
    info = make_info(d=[float(value) for value in coefficients], distortion_model=model)
    camera = camera_from_info(info, SIZE, is_rectified=False)
    point, matrix = np.array([[100.0, 90.0]]), np.reshape(K, (3, 3))
    found = camera.undistort_points(point)
    if expected:
        expected = cv2.undistortPointsIter(
            point[None], matrix, np.array(expected), np.eye(3), matrix, (3, 50, 1e-9)
        )
        assert np.abs(expected - point).max() > 0.1
    else:
        expected = point
    np.testing.assert_allclose(found, np.reshape(expected, (1, 2)), atol=1e-6)


@pytest.mark.parametrize("model", ["equidistant", "fisheye", "Kannala Brandt", "equi"])
@pytest.mark.parametrize("zeros", [0, 1])
def test_fisheye_by_all_its_names(model, zeros):
    info = make_info(d=FISHEYE + [0.0] * zeros, distortion_model=model)
    camera = camera_from_info(info, SIZE, is_rectified=False)
    point, matrix = np.array([[100.0, 90.0]]), np.reshape(K, (3, 3))
    expected = cv2.fisheye.undistortPoints(point[None], matrix, np.array(FISHEYE), P=matrix)
    np.testing.assert_allclose(camera.undistort_points(point), expected[0], atol=1e-6)


@pytest.mark.parametrize(
    ("model", "count", "message"),
    [
        ("equidistant", 5, "5 distortion coefficients for 'equidistant', expected 4$"),
        ("plumb_bob", 3, "3 distortion coefficients for 'plumb_bob', expected 4 or 5 or 8"),
        ("plumb_bob", 20, "20 distortion coefficients"),
        ("pinhole", 4, "distortion model 'pinhole' with coefficients, expected plumb_bob"),
        ("inverse_brown_conrady", 5, "'inverse_brown_conrady' with coefficients"),
    ],
)
def test_distortions_of_unknown_meaning_are_refused(model, count, message):
    info = make_info(d=[0.1] * count, distortion_model=model)
    with pytest.raises(CameraInfoError, match=message):
        camera_from_info(info, SIZE, is_rectified=False)
