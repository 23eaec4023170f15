import cv2
import numpy as np
import pytest

from centernet_ros.io.errors import DataError
from centernet_ros.io.frame_readers import open_frames

SHADES = (10, 120, 230)


@pytest.fixture
def folder(tmp_path):
    for name, shade in zip("abc", SHADES):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((48, 64, 3), shade, np.uint8))
    (tmp_path / "notes.txt").touch()
    return tmp_path


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25, (64, 48))
    for shade in SHADES:
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()
    return path


def shades(reader):
    return [float(image.pixels.mean()) for image in reader]


def test_folder_is_read_by_name(folder):
    reader = open_frames(str(folder))
    assert (reader.count, reader.rate) == (3, None)
    assert shades(reader) == list(SHADES)
    assert shades(reader) == list(SHADES)


def test_video_is_read_again_and_again(video):
    reader = open_frames(str(video))
    assert (reader.count, reader.rate) == (3, 25)
    assert shades(reader) == pytest.approx(SHADES, abs=3)
    assert shades(reader) == pytest.approx(SHADES, abs=3)


def test_damaged_image_is_named(folder):
    (folder / "b.png").write_bytes(b"garbage")
    with pytest.raises(DataError, match=r"b\.png"):
        shades(open_frames(str(folder)))


def test_empty_folder_is_named(tmp_path):
    with pytest.raises(DataError, match=f"{tmp_path}: no image"):
        open_frames(str(tmp_path))


@pytest.mark.parametrize("name", ["none.avi", ""])
def test_missing_file_is_named(tmp_path, name):
    with pytest.raises(DataError, match=r"no such file|no image"):
        open_frames(str(tmp_path / name))


def test_file_that_is_no_video_is_named(tmp_path):
    (tmp_path / "x.avi").write_bytes(b"garbage")
    with pytest.raises(DataError, match=r"x\.avi: not a video"):
        open_frames(str(tmp_path / "x.avi"))


def test_missing_camera_is_named():
    with pytest.raises(DataError, match="camera 63"):
        open_frames("63")
