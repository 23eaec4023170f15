import cv2
import numpy as np
import pytest

from centernet_ros.datasets.kitti_raw import is_raw_drive, read_raw_drive
from centernet_ros.io.errors import DataError

CALIBRATION = """calib_time: 09-Jan-2012 13:57:47
S_rect_02: 1.242000e+03 3.750000e+02
P_rect_02: 721.5 0 609.5 44.8 0 721.5 172.8 0.2 0 0 1 0.003
P_rect_03: 721.5 0 609.5 -339.5 0 721.5 172.8 2.2 0 0 1 0.003
"""


@pytest.fixture
def drive(tmp_path):
    folder = tmp_path / "2011_09_26/2011_09_26_drive_0001_sync"
    (folder / "image_02/data").mkdir(parents=True)
    for name in ("0000000010.png", "0000000009.png"):
        cv2.imwrite(str(folder / "image_02/data" / name), np.zeros((37, 124, 3), np.uint8))
    (folder.parent / "calib_cam_to_cam.txt").write_text(CALIBRATION)
    return folder


def test_images_in_order_with_the_calibration_of_the_day(drive):
    assert is_raw_drive(drive)
    data = read_raw_drive(drive)
    assert [sample.key for sample in data.samples] == ["0000000009", "0000000010"]
    for sample in data.samples:
        assert sample.require_3d().projection[0].tolist() == [721.5, 0, 609.5, 44.8]
        assert len(sample.boxes) == len(sample.require_3d().centres) == 0


def test_calibration_in_the_drive_itself(drive):
    own = CALIBRATION.replace("P_rect_02: 721.5", "P_rect_02: 700.0")
    (drive / "calib_cam_to_cam.txt").write_text(own)
    assert read_raw_drive(drive).samples[0].require_3d().projection[0, 0] == 700


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no calib_cam_to_cam.txt in it or beside it"),
        ("P_rect_02: 1 2 3", "no line 'P_rect_02:' of 12 numbers"),
        (CALIBRATION.replace("721.5", "-1"), "expected finite numbers and focal lengths"),
    ],
)
def test_bad_calibrations_are_named(drive, text, message):
    path = drive.parent / "calib_cam_to_cam.txt"
    path.unlink()
    if text:
        path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_raw_drive(drive)


def test_other_folders_are_no_drives(tmp_path):
    assert not is_raw_drive(tmp_path)
