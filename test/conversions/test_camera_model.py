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
        ({"k": [0.0] * 9}, False, "not calibrated: K has focal lengths 0 and 0"),
        ({"p": [0.0] * 12}, True, "not calibrated: P has focal lengths 0 and 0"),
        ({"k": [float("nan")] * 9}, False, "not calibrated"),
        ({"d": [float("inf")] * 5, "distortion_model": "plumb_bob"}, False, "5 finite ones"),
        ({"d": [0.1] * 7, "distortion_model": "plumb_bob"}, False, "D of 7 values"),
        ({"k": [1.0] * 9}, False, "not that of a pinhole camera: K"),
        ({"distortion_model": "thin_prism"}, False, "'thin_prism', expected plumb_bob"),
    ],
)
def test_what_3d_cannot_use_is_refused(changes, is_rectified, message):
    with pytest.raises(CameraInfoError, match=message):
        camera_from_info(make_info(**changes), SIZE, is_rectified)


def test_binning_drops_what_is_left_over():
    info = make_info(height=375, binning_y=2)
    binned = camera_from_info(info, (187, 640), is_rectified=True)
    np.testing.assert_allclose(binned.projection[1], np.array(P[4:8]) / 2)
