import json

import numpy as np
import pytest

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import DataError
from centernet_ros.datasets.voc import read_voc
from centernet_ros.labels import COCO_CLASSES, PASCAL_CLASSES
from training.data.sampler import EpochSampler

OBJECT = """<object><name>{name}</name><difficult>{difficult}</difficult><bndbox>
<xmin>1</xmin><ymin>2</ymin><xmax>10</xmax><ymax>20</ymax></bndbox></object>"""


@pytest.fixture
def write_voc(tmp_path):
    def write(*objects, split="a\n"):
        for folder in ("Annotations", "ImageSets/Main"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        body = "".join(OBJECT.format(name=name, difficult=d) for name, d in objects)
        (tmp_path / "Annotations/a.xml").write_text(f"<annotation>{body}</annotation>")
        (tmp_path / "ImageSets/Main/train.txt").write_text(split)
        return [tmp_path]

    return write


def test_voc(write_voc):
    data = read_voc(write_voc(("dog", 0), ("cat", 1)), "train")
    assert data.class_names == PASCAL_CLASSES
    (sample,) = data.samples
    assert sample.boxes.tolist() == [[0, 1, 10, 20]] * 2
    assert [PASCAL_CLASSES[label] for label in sample.labels] == ["dog", "cat"]
    assert sample.ignore.tolist() == [False, True]
    assert sample.path.name == "a.jpg"
    assert read_voc(write_voc(("yak", 0), ("ox", 0)), "train").class_names == ("ox", "yak")
    assert read_voc(write_voc(), "train").samples[0].boxes.shape == (0, 4)


def test_broken_voc_is_named(write_voc, tmp_path):
    roots = write_voc(("yak", 0))
    with pytest.raises(DataError, match=r"a\.xml: class 'yak', expected some of: ox"):
        read_voc(roots, "train", ("ox",))
    with pytest.raises(DataError, match=r"val\.txt: no such file"):
        read_voc(roots, "val")
    with pytest.raises(DataError, match=r"b\.xml: no such file"):
        read_voc(write_voc(split="b\n"), "train")
    (tmp_path / "Annotations/b.xml").write_text("<annotation><object></object></annotation>")
    with pytest.raises(DataError, match=r"b\.xml: not a VOC annotation"):
        read_voc(roots, "train")


def test_coco(shared):
    folder = shared / "data/coco_mini"
    annotations = next(folder.rglob("instances_val2017*.json"))
    data = read_coco(annotations, folder / "val2017")
    assert data.class_names == COCO_CLASSES
    assert len(data.samples) == 79
    assert sum(len(sample.boxes) for sample in data.samples) == 624
    assert sum(sample.ignore.sum() for sample in data.samples) == 5
    assert all(sample.path.is_file() for sample in data.samples)
    poses = read_coco(
        next(folder.rglob("person_keypoints_val2017*.json")),
        folder / "val2017",
        joints=True,
        only_annotated=True,
    )
    assert poses.class_names == ("person",)
    assert all(s.joints.points.shape == (len(s.boxes), 17, 2) for s in poses.samples)
    assert sum(sample.joints.visible.any(1).sum() for sample in poses.samples) == 68


def test_broken_coco_is_named(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(DataError, match=r"a\.json: not a COCO annotation file"):
        read_coco(path, tmp_path)
    image = {"id": 1, "file_name": "1.jpg"}
    annotation = {"id": 1, "image_id": 1, "category_id": 7}
    content = {
        "images": [image],
        "annotations": [annotation],
        "categories": [{"id": 7, "name": "yak"}],
    }
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match=r"a\.json: annotations of image 1 are not COCO's"):
        read_coco(path, tmp_path)
    with pytest.raises(DataError, match=r"class 'yak', expected some of: ox"):
        read_coco(path, tmp_path, class_names=("ox",))


def test_kitti(shared, tmp_path):
    root = shared / "data/kitti/training"
    split = shared / "data/kitti/all_labels/ImageSets_chen/train.txt"
    data = read_kitti(root, split, existing=True)
    assert len(data.samples) == 20
    assert len(read_kitti(root).samples) == 27
    sample = data.samples[0]
    assert sample.path.is_file()
    assert sample.annotations_3d.projection.shape == (3, 4)
    assert np.array_equal(sample.ignore, (sample.annotations_3d.ignored.all(1)))
    with pytest.raises(DataError, match=r"label_2/\d+\.txt: no such file"):
        read_kitti(root, split)
    with pytest.raises(DataError, match=r"none\.txt: no such file"):
        read_kitti(root, tmp_path / "none.txt")


def test_processes_share_batches():
    groups = np.zeros(21)
    one = EpochSampler(groups, 4, seed=3)
    several = [EpochSampler(groups, 2, seed=3, rank=rank, processes=2) for rank in range(2)]
    for epoch in range(2):
        for sampler in (one, *several):
            sampler.epoch = epoch
        whole = list(one)
        assert len(whole) == len(one) == 5
        assert len({index for batch in whole for _, index in batch}) == 20
        parts = zip(*several)
        assert [sorted(a + b) for a, b in parts] == [sorted(batch) for batch in whole]
    assert list(one) != whole or one.epoch == 1
    with pytest.raises(ValueError, match="3 samples for a batch of 4"):
        EpochSampler(np.arange(7) // 3, 2, seed=0, processes=2)


def test_batches_hold_one_group():
    groups = np.arange(23) % 2
    sampler = EpochSampler(groups, 4, seed=3)
    batches = [[index for _, index in batch] for batch in sampler]
    assert len(batches) == len(sampler) == 5
    assert sorted(len(set(groups[batch])) for batch in batches) == [1] * 5
    assert len({index for batch in batches for index in batch}) == 20
    order = [groups[batch[0]] for batch in batches]
    assert order not in (sorted(order), sorted(order, reverse=True))
