"""COCO's files as tools write them."""

import json

import numpy as np
import pytest

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.sample import mirror_sample
from centernet_ros.io.errors import DataError
from centernet_ros.labels import COCO_CLASSES
from centernet_ros.metrics.coco_samples import score_coco, score_poses, to_results
from centernet_ros.skeleton import Skeleton
from centernet_ros.structures import Detections, Poses


@pytest.fixture
def write(tmp_path):
    """A file of two images with a car each, changed in some way."""

    def write(change=lambda content: None, encoding="utf-8"):
        content = {
            "images": [
                {"id": i, "file_name": f"{i}.jpg", "height": 96, "width": 128} for i in (1, 2)
            ],
            "annotations": [
                {
                    "id": i, "image_id": i, "category_id": 3, "bbox": [20, 20, 50, 40],
                    "area": 1500, "iscrowd": 0,
                }
                for i in (1, 2)
            ],
            "categories": [{"id": 3, "name": "car"}, {"id": 7, "name": "yak"}],
        }  # fmt: skip
        change(content)
        path = tmp_path / "instances.json"
        path.write_text(json.dumps(content), encoding=encoding)
        return path

    return write


def of_first(**values):
    """Change the first annotation; None removes nothing but is written."""
    return lambda content: content["annotations"][0].update(values)


def drop(name):
    return lambda content: content["annotations"][0].pop(name)


def test_the_published_file(shared):
    folder = shared / "data/coco_mini"
    annotations = next(folder.rglob("instances_val2017*.json"))
    data = read_coco(annotations, folder / "val2017")
    assert data.class_names == COCO_CLASSES
    assert data.category_ids[:3] == (1, 2, 3)
    assert len(data.samples) == 79
    assert sum(len(sample.boxes) for sample in data.samples) == 624
    assert sum(sample.ignore.sum() for sample in data.samples) == 5
    assert all(sample.path.is_file() for sample in data.samples)
    assert data.notes == ()
    poses = read_coco(
        next(folder.rglob("person_keypoints_val2017*.json")),
        folder / "val2017",
        joints=True,
        only_annotated=True,
    )
    assert poses.class_names == ("person",)
    assert all(s.joints.points.shape == (len(s.boxes), 17, 2) for s in poses.samples)
    assert sum(sample.joints.visible.any(1).sum() for sample in poses.samples) == 68


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (drop("area"), "1 objects without area: that of the box is taken"),
        (of_first(area=None), "1 objects without area"),
        (drop("iscrowd"), "1 objects without iscrowd: taken as single objects"),
        (of_first(iscrowd=None), "1 objects without iscrowd"),
        (
            of_first(bbox=None, segmentation=[[20, 20, 70, 20, 70, 60]]),
            "1 objects without bbox: that of the outline is taken",
        ),
        (lambda c: c["images"].append(c["images"][0]), "1 repeated images: taken once"),
        (lambda c: c["images"][0].update(file_name="a\\1.jpg"), "1 file names with backslashes"),
        (
            lambda c: c["images"][1].update(file_name=c["images"][0]["file_name"]),
            "1 images of a file that another id has, too",
        ),
    ],
)
def test_what_is_missing_is_completed_and_said(write, change, note, tmp_path):
    data = read_coco(write(change), tmp_path)
    assert [len(sample.boxes) for sample in data.samples] == [1, 1]
    assert data.samples[0].boxes.tolist() == [[20, 20, 70, 60]]
    [line] = data.notes
    assert line.startswith(note)
    assert "instances.json" in line


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (of_first(bbox=[]), "1 objects without bbox: passed over"),
        (drop("bbox"), "1 objects without bbox"),
        (of_first(bbox=[1, 2, "x", 3]), "1 objects whose bbox is not four numbers: passed over"),
        (of_first(bbox=[1, 2, float("nan"), 3]), "1 objects whose bbox is not four numbers"),
        (of_first(bbox=[1, 2, 3]), "1 objects whose bbox is not four numbers"),
        (of_first(bbox=[1, 2, 0, 3]), "1 objects whose box has no area"),
        (of_first(image_id=99), "1 objects of images that are not listed"),
        (of_first(category_id=99), "1 objects of categories that are not listed"),
    ],
)
def test_what_cannot_be_used_is_passed_over_and_said(write, change, note, tmp_path):
    data = read_coco(write(change), tmp_path)
    assert [len(sample.boxes) for sample in data.samples] == [0, 1]
    [line] = data.notes
    assert line.startswith(note)
    assert "annotations[0]" in line


def texts(content):
    for row in content["annotations"]:
        row.update(image_id=str(row["image_id"]), category_id=float(row["category_id"]))


def names(content):
    for row, image in zip(content["annotations"], content["images"]):
        row["image_id"] = image["id"] = f"frame {row['image_id']}"


def zeros(content):
    for row in content["annotations"]:
        row.update(id=0)


@pytest.mark.parametrize("change", [texts, names, zeros, lambda content: None])
def test_ids_of_any_kind_score_what_they_should(write, change, tmp_path):
    """A perfect detector, whatever the ids are."""
    data = read_coco(write(change), tmp_path)
    assert [len(sample.boxes) for sample in data.samples] == [1, 1]
    found = [
        Detections(s.boxes.astype(np.float32), np.array([0.9]), s.labels) for s in data.samples
    ]
    assert score_coco(data, found)["AP"] == pytest.approx(1)
    assert [row["category_id"] for row in to_results(data, found)] == [3, 3]
    assert [row["image_id"] for row in to_results(data, found)] == [s.key for s in data.samples]


def test_sizes_and_order_mark(write, tmp_path):
    data = read_coco(write(encoding="utf-8-sig"), tmp_path)
    assert data.samples[0].size == (96, 128)
    data = read_coco(write(lambda c: c["images"][0].pop("height")), tmp_path)
    assert data.samples[0].size is None


@pytest.mark.parametrize(
    ("height", "width", "size"),
    [(96.0, "128", (96, 128)), ("96.0x", 128, None), (None, 128, None), (96.5, 128, None)],
)
def test_sizes_in_whatever_way_they_are_written(write, tmp_path, height, width, size):
    def change(content):
        content["images"][0] |= {"height": height, "width": width}

    assert read_coco(write(change), tmp_path).samples[0].size == size


def other_joints(content):
    for row, count in zip(content["annotations"], (17, 21)):
        row["keypoints"] = [1, 2, 2] * count


def one_sigma(content):
    content["categories"][0] |= {"keypoints": ["head", "tail"], "sigmas": [0.1]}


def strange_limb(content):
    content["categories"][0] |= {"keypoints": ["head", "tail"], "skeleton": [[1, 3]]}


def test_joints_of_any_kind_are_read_with_what_the_file_says_of_them(write, tmp_path):
    def dogs(content):
        content["categories"] = [
            {
                "id": 3,
                "name": "dog",
                "keypoints": ["nose", "left_ear", "right_ear", "tail"],
                "skeleton": [[1, 2], [1, 3], [1, 4]],
                "sigmas": [0.03, 0.05, 0.05, 0.1],
            }
        ]
        content["annotations"][0]["keypoints"] = [30, 30, 2, 25, 25, 2, 35, 25, 1, 0, 0, 0]

    data = read_coco(write(dogs), tmp_path, joints=True)
    assert data.skeleton == Skeleton(
        ("nose", "left_ear", "right_ear", "tail"),
        ((0, 1), (0, 2), (0, 3)),
        ((1, 2),),
        (0.03, 0.05, 0.05, 0.1),
    )
    assert not any("sigmas" in note for note in data.notes)
    joints = data.samples[0].joints
    assert joints.points[0].tolist() == [[30, 30], [25, 25], [35, 25], [0, 0]]
    mirrored = mirror_sample(data.samples[0], 128).joints
    assert mirrored.points[0, :3].tolist() == [[98, 30], [93, 25], [103, 25]]
    assert mirrored.visibility[0].tolist() == [2, 1, 2, 0]
    found = Poses(
        data.samples[0].boxes, np.ones(1), np.zeros(1, int), joints.points, np.ones((1, 4))
    )
    nothing = Poses(*(v[:0] for v in found.columns().values()))
    assert score_poses(data, [found, nothing])["AP"] == pytest.approx(1)


def test_joints_without_a_description_are_numbered_and_that_is_told(write, tmp_path):
    def three(content):
        for row in content["annotations"]:
            row["keypoints"] = [30, 30, 2] * 3

    data = read_coco(write(three), tmp_path, joints=True)
    assert data.skeleton.joints == ("joint 1", "joint 2", "joint 3")
    told = "\n".join(data.notes)
    assert "no sigmas of the joints" in told
    assert "no joints are known as left and right" in told


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("images"), "'images' is missing, expected a list"),
        (lambda c: c.update(annotations={"1": {}}), "'annotations' is a dict, expected a list"),
        (lambda c: c.update(annotations=[7]), r"annotations\[0\] is 7, expected an object"),
        (lambda c: c["images"][0].pop("file_name"), r"images\[0\] is .*expected an id and a"),
        (lambda c: c["categories"][0].pop("name"), r"categories\[0\] is .*an id and a name"),
        (lambda c: c["categories"][1].update(id=3), "category 3 is 'car' and 'yak'"),
        (lambda c: c["categories"][1].update(name="car"), "two categories have one name"),
        (
            lambda c: [row.update(image_id=row["image_id"] + 100) for row in c["annotations"]],
            "none of its 2 objects can be used: 2 objects of images that are not listed",
        ),
        (one_sigma, "category 'car': .*expected 2 positive numbers"),
        (strange_limb, r"category 'car': limb \(0, 2\): expected two of the 2 joints"),
        (other_joints, "a person has 17 joints, expected 21"),
    ],
)
def test_files_that_cannot_be_used_are_named(write, change, message, tmp_path):
    with pytest.raises(DataError, match=rf"instances\.json: .*{message}"):
        read_coco(write(change), tmp_path, joints=True)


def test_broken_files_are_named(write, tmp_path):
    with pytest.raises(DataError, match=r"none\.json: no such file, expected a COCO"):
        read_coco(tmp_path / "none.json", tmp_path)
    write().write_text("{")
    with pytest.raises(DataError, match=r"instances\.json: not JSON"):
        read_coco(tmp_path / "instances.json", tmp_path)
    with pytest.raises(DataError, match=r"class 'car', expected some of: ox"):
        read_coco(write(), tmp_path, class_names=("ox",))


def test_unused_classes_of_the_file_do_not_matter_to_a_network(write, tmp_path):
    data = read_coco(write(), tmp_path, class_names=("bus", "car"))
    assert data.class_names == ("bus", "car")
    assert data.category_ids == (-1, 3)
    assert [sample.labels.tolist() for sample in data.samples] == [[1], [1]]


def test_persons_without_joints_are_not_labelled(write, tmp_path):
    data = read_coco(write(of_first(keypoints=[5, 6, 2] * 17)), tmp_path, joints=True)
    assert [sample.joints.visible.sum() for sample in data.samples] == [17, 0]
