import cv2
import numpy as np
import pytest

from centernet_ros.io.errors import DataError
from centernet_ros.io.source_files import list_source_files


@pytest.fixture
def write(tmp_path):
    def write_images(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.zeros((4, 4, 3), np.uint8))
        return [tmp_path / name for name in names]

    return write_images


def names(files):
    return [str(file.name) for file in files]


def test_files_of_several_folders_keep_their_paths(write, tmp_path):
    files = list_source_files(write("a/1.png", "b/1.png"), tmp_path / "out")
    assert names(files) == ["a/1.png", "b/1.png"]
    assert [file.image_id for file in files] == ["a/1", "b/1"]


def test_a_folder_in_natural_order(write, tmp_path):
    write("drive/10.png", "drive/9.png", "drive/.9.png", "drive/deep/1.png")
    files = list_source_files([tmp_path / "drive"], tmp_path / "out")
    assert names(files) == ["9.png", "10.png", "deep/1.png"]


def test_results_in_a_folder_are_no_sources(write, tmp_path):
    write("1.png", "found/1.png")
    assert names(list_source_files([tmp_path], tmp_path / "found")) == ["1.png"]
    assert names(list_source_files([tmp_path / "found"], tmp_path / "found")) == ["1.png"]


def test_each_file_once(write, tmp_path):
    (path,) = write("1.png")
    assert len(list_source_files([path, tmp_path, path], tmp_path / "out")) == 1


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        (["000012.jpg", "7.png", "street.png"], [12, 7, "street"]),
        (["12.jpg", "012.png"], ["12", "012"]),
        (["a.jpg", "a.png"], ["a.jpg", "a.png"]),
        (["12.mp4", "13.png"], ["12", 13]),
    ],
)
def test_ids_are_numbers_where_these_differ(write, tmp_path, files, ids):
    found = list_source_files([tmp_path / name for name in files], tmp_path / "out")
    assert [file.image_id for file in found] == ids


def test_empty_folders_are_named(tmp_path):
    with pytest.raises(DataError, match=f"{tmp_path}: no image in it"):
        list_source_files([tmp_path], tmp_path / "out")
