import json
import shutil

import numpy as np
import pytest

from centernet_ros.datasets.own.recognize import recognize_data
from centernet_ros.io.errors import DataError
from training.data.own import read_own_data

LAYOUTS = {
    "coco": ("COCO", ["train"]),
    "coco of roboflow": ("COCO", ["train", "validation"]),
    "coco itself": ("COCO", ["train", "validation"]),
    "voc": ("VOC", ["train", "validation"]),
    "voc beside the images": ("VOC", ["train"]),
    "voc of roboflow": ("VOC", ["train", "validation", "test"]),
    "yolo": ("YOLO", ["train"]),
    "yolo in parts": ("YOLO", ["train", "validation"]),
    "yolo of labelimg": ("YOLO", ["train"]),
    "yolo of label studio": ("YOLO", ["train"]),
    "yolo of cvat": ("YOLO", ["train"]),
    "yolo of roboflow's darknet": ("YOLO", ["train", "validation"]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_has_the_same_content(layout, own, squares):
    data = recognize_data(own(layout))
    assert (data.layout, list(data.parts)) == LAYOUTS[layout]
    assert data.task == "ctdet"
    splits = read_own_data(data, 0, seed=1)
    read = splits.train
    assert read.class_names == squares.class_names
    expected = {sample.path.name: sample for sample in squares.samples}
    assert {sample.path.name for sample in read.samples} == expected.keys()
    for sample in read.samples:
        same = expected[sample.path.name]
        assert sample.path.read_bytes() == same.path.read_bytes()
        assert np.array_equal(sample.boxes, same.boxes)
        assert np.array_equal(sample.labels, same.labels)
    if splits.validation:
        assert splits.validation.samples[0].path.parent != read.samples[0].path.parent or (
            layout == "voc"
        )


@pytest.mark.parametrize("layout", ["coco", "voc beside the images", "yolo"])
def test_a_part_to_validate_on_is_split_off(layout, own):
    data = recognize_data(own(layout))
    first, again, other = (read_own_data(data, 0.25, seed) for seed in (1, 1, 2))
    names = [{s.path.name for s in part.samples} for part in (first.train, first.validation)]
    assert [len(part) for part in names] == [9, 3]
    assert not names[0] & names[1]
    assert [s.path for s in again.validation.samples] == [s.path for s in first.validation.samples]
    assert {s.path.name for s in other.validation.samples} != names[1]


@pytest.mark.parametrize("layout", ["kitti", "kitti's training folder"])
def test_kitti(layout, own):
    root = own(layout)
    data = recognize_data(root)
    assert (data.layout, data.task, list(data.parts)) == ("KITTI", "ddd", ["train"])
    splits = read_own_data(data, 0.5, seed=0)
    assert len(splits.train.samples) == len(splits.validation.samples) == 1
    (root / "ImageSets").mkdir()
    for part, frame in (("train", "000002"), ("val", "000001")):
        (root / f"ImageSets/{part}.txt").write_text(f"{frame}\n")
    splits = read_own_data(recognize_data(root), 0.5, seed=0)
    assert [s.key for s in splits.train.samples] == ["000002"]


def test_kitti_without_calibrations(own):
    """As tools for boxes in the image write it."""
    root = own("kitti's training folder")
    shutil.rmtree(root / "calib")
    for path, name in zip(sorted((root / "label_2").iterdir()), ("DontCare", "Pallet")):
        path.write_text(path.read_text() + path.read_text().replace("Car", name))
    data = recognize_data(root)
    assert (data.layout, data.task) == ("KITTI without calib", "ctdet")
    read = read_own_data(data, 0, 0).train
    assert read.class_names == ("Car", "Pallet")
    assert [s.labels.tolist() for s in read.samples] == [[0], [0, 1]]
    assert read.samples[0].boxes.tolist() == [[10, 20, 30, 40]]
    [note] = read.notes
    assert note.startswith("1 regions 'DontCare': passed over")
    with pytest.raises(DataError, match="class 'Pallet', expected some of: Car"):
        data.parts["train"](["Car"])


def test_objects_in_space_of_any_class(own):
    root = own("kitti's training folder")
    for path, name in zip(sorted((root / "label_2").iterdir()), ("Pallet", "Forklift")):
        path.write_text(path.read_text().replace("Car", name))
    splits = read_own_data(recognize_data(root), 0.5, seed=0)
    assert splits.train.class_names == splits.validation.class_names == ("Forklift", "Pallet")
    assert [s.labels.tolist() for s in splits.train.samples + splits.validation.samples] in (
        [[0], [1]],
        [[1], [0]],
    )


def test_joints_of_persons(own):
    path = own("coco") / "labels.json"
    content = json.loads(path.read_text())
    content["categories"] = [{"id": 0, "name": "person"}]
    content["annotations"] = content["annotations"][::2]
    for row in content["annotations"]:
        row["keypoints"] = [8, 9, 2] * 17
    path.write_text(json.dumps(content))
    data = recognize_data(path)
    assert data.task == "multi_pose"
    assert read_own_data(data, 0, 0).train.samples[0].require_joints().visible.all()


def test_what_is_no_data_is_refused(own, tmp_path):
    with pytest.raises(DataError, match="nowhere: no such file or folder"):
        recognize_data(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"no labels of a known layout, expected COCO .* KITTI"):
        recognize_data(tmp_path / "images")
    root = own("coco")
    (root / "other.json").write_text((root / "labels.json").read_text())
    with pytest.raises(DataError, match=r"other\.json: labels\.json is there, too"):
        recognize_data(root)
    (root / "other.json").unlink()
    (root / "images").rename(root.parent / "elsewhere")
    with pytest.raises(DataError, match=r"image '0\.png' is in no folder of"):
        read_own_data(recognize_data(root), 0, 0)


def test_too_few_images(own):
    data = recognize_data(own("yolo"))
    with pytest.raises(DataError, match="12 images, expected more than the 12 to validate on"):
        read_own_data(data, 0.99, 0)


def test_joints_of_any_kind_are_learned(own):
    root = own("coco")
    path = root / "labels.json"
    content = json.loads(path.read_text())
    content["categories"] = [{"id": 0, "name": "square", "keypoints": ["left_top", "right_top"]}]
    for row in content["annotations"]:
        x, y, width, _ = row["bbox"]
        row |= {"category_id": 0, "keypoints": [x, y, 2, x + width, y, 2]}
    path.write_text(json.dumps(content))
    data = recognize_data(root)
    assert (data.layout, data.task) == ("COCO", "multi_pose")
    splits = read_own_data(data, 0.25, seed=1)
    for part in (splits.train, splits.validation):
        assert part.skeleton.joints == ("left_top", "right_top")
        assert part.skeleton.pairs == ((0, 1),)
        assert part.samples[0].joints.points.shape[1:] == (2, 2)
