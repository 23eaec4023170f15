"""Folders as labelling tools write them."""

import json

import pytest

from centernet_ros.datasets.own.recognize import recognize_data
from centernet_ros.io.errors import DataError


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[:-20], "labels.json: not JSON "),
        (lambda text: text.replace("categories", "classes"), "'categories' is missing"),
        (lambda text: json.dumps(json.loads(text)["annotations"]), "labels.json: not an object"),
    ],
    ids=["cut off", "without classes", "annotations alone"],
)
def test_files_that_are_almost_cocos_are_named(own, damage, message):
    path = own("coco") / "labels.json"
    path.write_text(damage(path.read_text()))
    with pytest.raises(DataError, match=message):
        recognize_data(path.parent)


@pytest.mark.parametrize("layout", ["coco", "voc", "yolo", "kitti"])
def test_a_list_of_class_names_may_lie_beside_any_labels(own, layout):
    root = own(layout)
    (root / "classes.txt").write_text("cat\n")
    assert recognize_data(root).layout == layout.upper()


@pytest.mark.parametrize("names", ["", "cat\ncat\n"])
def test_lists_of_class_names_are_checked(own, names):
    root = own("yolo of labelimg")
    (root / "classes.txt").write_text(names)
    with pytest.raises(DataError, match=r"classes\.txt: .*expected one class name a line, each"):
        recognize_data(root)


@pytest.mark.parametrize(("layout", "name"), [("yolo", "data.yaml"), ("coco", "labels.json")])
def test_the_describing_file_may_be_named(layout, own, name):
    assert recognize_data(own(layout) / name).layout == layout.upper()
