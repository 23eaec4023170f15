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


@pytest.mark.parametrize("text", ["", "[", "- 1", "just text"])
def test_other_files_are_named(tmp_path, text):
    path = tmp_path / "camera.yaml"
    path.write_text(text)
    with pytest.raises(CalibrationError, match=f"{path}: not a camera calibration"):
        read_camera_info(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("camera_matrix", "x", "camera_matrix is missing"),
        ("500, 0,", "500,", "camera_matrix has 8 values, expected 9"),
        ("[500, 0,", "[-500, 0,", r"K \(camera_matrix\) has focal lengths -500 and 510"),
        ("[490, 0,", "[0, 0,", r"P \(projection_matrix\) has focal lengths 0"),
        ("[500, 0,", "[.nan, 0,", "camera_matrix is .*expected a list of finite numbers"),
        ("[500, 0,", "[wide, 0,", "camera_matrix is .*expected a list of finite numbers"),
        ("[0.1, 0,", "[.inf, 0,", "distortion_coefficients is .*finite numbers"),
        ("distortion_coefficients:", "d:", "distortion_coefficients is missing"),
        ("[0.1, 0, 0, 0, 0]", "[0.1, 0.2]", "2 distortion coefficients for 'plumb_bob'"),
        ("model: plumb_bob", "model:", "distortion_model is None, expected the name"),
        ("model: plumb_bob", "model: [a]", "distortion_model is .*expected the name"),
        ("model: plumb_bob", "model: ftheta", "distortion model 'ftheta' with coefficients"),
        ("width: 640", "width: 0", "image_width is 0, expected a number of pixels"),
        ("width: 640", "width: wide", "image_width is 'wide', expected a number of pixels"),
        ("image_height: 480", "", "image_height is None, expected a number of pixels"),
    ],
)
def test_impossible_fields_are_named(tmp_path, old, new, message):
    path = tmp_path / "camera.yaml"
    assert old in YAML
    path.write_text(YAML.replace(old, new))
    with pytest.raises(CalibrationError, match=f"^{path}: .*{message}"):
        read_camera_info(path)


@pytest.mark.parametrize("field", ["camera_model", "distortion_model"])
@pytest.mark.parametrize("model", ["equidistant", "fisheye"])
def test_models_of_older_tools(tmp_path, field, model):
    path = tmp_path / "camera.yaml"
    text = YAML.replace("distortion_model: plumb_bob", f"{field}: {model}")
    path.write_text(text.replace("[0.1, 0, 0, 0, 0]", "[0.1, 0.01, 0, 0]"))
    info = read_camera_info(path)
    assert (info.distortion_model, list(info.d)) == ("equidistant", [0.1, 0.01, 0, 0])


def test_byte_order_marks_and_missing_models(tmp_path):
    path = tmp_path / "camera.yaml"
    path.write_text("\ufeff" + YAML.replace("distortion_model: plumb_bob\n", ""))
    assert read_camera_info(path).distortion_model == "plumb_bob"


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
