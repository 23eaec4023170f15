"""Parts that command lines name."""

import pytest

from centernet_ros.datasets.own.part import read_part
from centernet_ros.datasets.own.recognize import recognize_data
from centernet_ros.io.errors import DataError


def test_the_part_to_validate_on_comes_first(own):
    root = own("voc of roboflow")
    data = recognize_data(root)
    for split, folder in ((None, "valid"), ("test", "test"), ("train", "train")):
        part = read_part(data, root, split)
        assert {sample.path.parent.name for sample in part.samples} == {folder}
    only = recognize_data(own("yolo"))
    assert len(read_part(only, root, None).samples) == 12
    with pytest.raises(DataError, match="yolo: no part 'test', expected train or a file of one"):
        read_part(only, own("yolo"), "test")


def test_a_file_lists_images(own, tmp_path):
    root = own("yolo in parts")
    data = recognize_data(root)
    path = tmp_path / "validation.txt"
    path.write_text(f"{root}/images/val/3.png\n{root}/images/val/5.png\n")
    samples = read_part(data, root, str(path)).samples
    assert [sample.path.name for sample in samples] == ["3.png", "5.png"]
    path.write_text("elsewhere/3.png\n")
    with pytest.raises(DataError, match=r"validation\.txt: none of its images is in "):
        read_part(data, root, str(path))


def test_labels_follow_a_list_of_classes(own):
    root = own("coco")
    data = recognize_data(root)
    assert read_part(data, root, None, ("red", "green", "blue")).class_names[1] == "green"
