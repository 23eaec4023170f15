"""Labels of the right form that mean something else."""

import numpy as np
import pytest

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.datasets.voc import read_voc
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.io.images import write_image
from training.data.doubts import find_doubts

PROJECTION = np.array([[700.0, 0, 320, 0], [0, 700, 120, 0], [0, 0, 1, 0]])
# Height, width, length; x, y, z; heading.
CAR = ((1.5, 1.6, 3.9), (1.0, 1.7, 20.0), -1.5)


def write(root, *, scale=1.0, turn=1.0, projection=PROJECTION, truncation=0.0):
    """A car whose 2D box is right, with places and sizes in other units."""
    dimensions, location, heading = CAR
    corners = project(compute_corners(np.array(dimensions), location, heading), PROJECTION)
    numbers = [
        *corners.min(0), *corners.max(0), *(scale * np.array(dimensions)),
        *(scale * np.array(location)), turn * heading,
    ]  # fmt: skip
    alpha = turn * (heading - np.arctan2(location[0], location[2]))
    for folder in ("image_2", "label_2", "calib"):
        (root / folder).mkdir(parents=True)
    line = " ".join(f"{number:.2f}" for number in numbers)
    (root / "label_2/000000.txt").write_text(f"Car {truncation} 0 {alpha:.2f} {line}\n")
    values = " ".join(map(str, projection.ravel()))
    (root / "calib/000000.txt").write_text(f"P2: {values}\n")
    return read_kitti(root)


HALF = PROJECTION * np.array([[0.5], [0.5], [1]])


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({}, []),
        ({"scale": 1000}, ["1 objects farther than a kilometre, as in millimetres"]),
        ({"projection": HALF}, ["1 objects in space that show elsewhere than their 2D boxes"]),
        ({"projection": HALF, "truncation": 0.5}, []),
        ({"turn": 180 / np.pi}, ["1 headings beyond a whole turn, as in degrees"]),
    ],
    ids=["right", "millimetres", "image of half the size", "cut off", "degrees"],
)
def test_places_in_space(tmp_path, changes, doubts):
    found = find_doubts(write(tmp_path, **changes))
    assert [note.startswith(doubt) for note, doubt in zip(found, doubts, strict=True)] == [
        True
    ] * len(doubts)
    assert all("000000.png, object 1)" in note for note in found)


@pytest.mark.parametrize(("factor", "count"), [(1, 0), (0.01, 2)])
def test_boxes_as_shares(tmp_path, factor, count):
    boxes = factor * np.array([[10.0, 20, 30, 50], [60, 70, 95, 90]])
    sample = Sample(tmp_path / "a.png", "a", boxes, np.zeros(2, int), np.zeros(2, bool))
    found = find_doubts(DataSet(tmp_path, ("cup",), (sample,)))
    assert len(found) == (count > 0)
    assert all(note.startswith(f"{count} boxes in the first pixel") for note in found)


@pytest.mark.parametrize(("size", "count"), [((48, 64), 0), ((96, 128), 1), (None, 0)])
def test_images_of_another_size(tmp_path, size, count):
    write_image(tmp_path / "a.png", np.zeros((48, 64, 3), np.uint8))
    nothing = np.zeros((0, 4)), np.zeros(0, int), np.zeros(0, bool)
    samples = [Sample(tmp_path / name, name, *nothing, size=size) for name in ("a.png", "b.png")]
    found = find_doubts(DataSet(tmp_path, ("cup",), tuple(samples)))
    assert len(found) == count
    assert all(note.endswith(f"(first: {tmp_path}/a.png, 64x48)") for note in found)


def test_real_labels_raise_none(shared):
    coco = shared / "data/coco_mini"
    for data in (
        read_kitti(shared / "data/kitti_roads/training"),
        read_coco(coco / "annotations/instances_val2017.json", coco / "val2017"),
        read_voc([shared / "data/voc_bccd/BCCD"], None),
    ):
        assert find_doubts(data) == ()
