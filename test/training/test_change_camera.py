"""Frames of another camera: points in space show where the image shows them."""

import cv2
import numpy as np
import pytest

from centernet_ros.datasets.kitti import FOLDERS, read_kitti
from centernet_ros.geometry.projection import project
from training import change_camera

# A car whose box is around its projection, and one at the left border.
INSIDE = "Car 0.00 0 -1.58 50.00 30.00 80.00 60.00 1.50 1.60 3.90 1.00 1.60 15.00 -1.51"
CUT = "Car 0.00 0 -1.58 0.00 30.00 40.00 60.00 1.50 1.60 3.90 -4.00 1.60 15.00 -1.51"
GONE = "DontCare -1 -1 -10 0.00 0.00 10.00 10.00 -1 -1 -1 -1000 -1000 -1000 -10"


@pytest.fixture
def frames(tmp_path):
    """One frame of 128x96 with a white dot."""
    for folder in FOLDERS:
        (tmp_path / "data" / folder).mkdir(parents=True)
    image = np.zeros((96, 128, 3), np.uint8)
    image[40:44, 60:64] = 255
    cv2.imwrite(str(tmp_path / "data/image_2/000001.png"), image)
    (tmp_path / "data/label_2/000001.txt").write_text(f"{INSIDE}\n{CUT}\n{GONE}\n")
    (tmp_path / "data/calib/000001.txt").write_text("P2: 100 0 64 4 0 100 48 0.2 0 0 1 0.002\n")
    return tmp_path / "data"


def run(monkeypatch, frames, output, *options):
    command = ["change_camera.py", "--data", str(frames), "--output", str(output), *options]
    monkeypatch.setattr("sys.argv", command)
    return change_camera.main()


def test_what_is_seen_moves_with_the_camera(frames, tmp_path, monkeypatch):
    output = tmp_path / "other"
    assert run(monkeypatch, frames, output, "--crop", "20", "10", "120", "90", "--scale", "2") == 0
    [before], [after] = read_kitti(frames).samples, read_kitti(output).samples
    image = cv2.imread(str(after.path))
    assert image.shape == (160, 200, 3)
    rows, columns = np.nonzero(image[..., 0] > 200)
    assert (columns.mean(), rows.mean()) == pytest.approx(((62 - 20) * 2, (42 - 10) * 2), abs=1)
    point = np.array([[1.0, 1.0, 12.0]])
    expected = (project(point, before.annotations_3d.projection) - (20, 10)) * 2
    found = project(point, after.annotations_3d.projection)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert after.kitti.names.tolist() == ["Car", "Car"]
    assert after.boxes.tolist() == [[60, 40, 120, 100], [0, 40, 40, 100]]
    assert after.kitti.truncations.tolist() == [0, 0.5]
    assert (after.kitti.locations == before.kitti.locations[:2]).all()


def test_a_crop_may_reach_beyond_the_image(frames, tmp_path, monkeypatch):
    output = tmp_path / "taller"
    assert run(monkeypatch, frames, output, "--crop", "0", "-50", "128", "146") == 0
    [before], [after] = read_kitti(frames).samples, read_kitti(output).samples
    image = cv2.imread(str(after.path))
    assert image.shape == (196, 128, 3)
    np.testing.assert_array_equal(image[50:146], cv2.imread(str(before.path)))
    np.testing.assert_array_equal(after.boxes, np.add(before.boxes, (0, 50, 0, 50)))
    assert after.kitti.truncations.tolist() == before.kitti.truncations.tolist()


def test_a_folder_that_cannot_be_made_is_one_clear_line(frames, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    assert run(monkeypatch, frames, tmp_path / "file/other") == 1
    assert capsys.readouterr().err.endswith("file/other/image_2: not a directory\n")


@pytest.mark.parametrize("crop", [("90", "10", "20", "90"), ("200", "0", "300", "90")])
def test_a_crop_that_is_no_part_is_refused(frames, tmp_path, monkeypatch, capsys, crop):
    assert run(monkeypatch, frames, tmp_path / "other", "--crop", *crop) == 1
    assert "expected a part of 128x96" in capsys.readouterr().err
