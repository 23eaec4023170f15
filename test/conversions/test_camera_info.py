import numpy as np
import pytest

from centernet_ros.conversions.camera_info import (
    CalibrationError,
    read_camera_info,
    rectified_camera_info,
    uncalibrated_camera_info,
)
from centernet_ros.conversions.camera_model import camera_from_info

YAML = """
image_width: 640
image_height: 480
camera_name: front
camera_matrix: {rows: 3, cols: 3, data: [500, 0, 320, 0, 510, 240, 0, 0, 1]}
distortion_model: plumb_bob
distortion_coefficients: {rows: 1, cols: 5, data: [0.1, 0, 0, 0, 0]}
rectification_matrix: {rows: 3, cols: 3, data: [1, 0, 0, 0, 1, 0, 0, 0, 1]}
projection_matrix: {rows: 3, cols: 4, data: [490, 0, 321, -20, 0, 505, 241, 0, 0, 0, 1, 0]}
"""


def test_reads_every_matrix(tmp_path):
    path = tmp_path / "camera.yaml"
    path.write_text(YAML)
    info = read_camera_info(path)
    assert (info.width, info.height, info.distortion_model) == (640, 480, "plumb_bob")
    assert info.k[4] == 510
    assert info.d[0] == 0.1
    assert info.r[0] == 1
    assert info.p[3] == -20


@pytest.mark.parametrize(
    "text", ["", "[", YAML.replace("camera_matrix", "x"), YAML.replace("500, 0,", "500,")]
)
def test_bad_file_is_named(tmp_path, text):
    path = tmp_path / "camera.yaml"
    path.write_text(text)
    with pytest.raises(CalibrationError, match=f"{path}: not a camera calibration"):
        read_camera_info(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(CalibrationError, match=r"none\.yaml"):
        read_camera_info(tmp_path / "none.yaml")


def test_uncalibrated_has_a_size_and_no_focal_length():
    info = uncalibrated_camera_info(480, 640)
    assert (info.height, info.width, info.k[0]) == (480, 640, 0)


def test_rectified_camera_keeps_its_fourth_column():
    projection = np.array([[700.0, 0, 600, 40], [0, 700, 180, 0.2], [0, 0, 1, 0.003]])
    info = rectified_camera_info(projection, 375, 1242)
    assert (info.height, info.width) == (375, 1242)
    camera = camera_from_info(info, (375, 1242), is_rectified=True)
    np.testing.assert_array_equal(camera.projection, projection)
    assert not any(info.d)
