from pathlib import Path

import numpy as np
import pytest

from centernet_ros.datasets.common_classes import keep_common_classes, relabel_detections
from centernet_ros.datasets.sample import DataSet, Joints, Sample
from centernet_ros.io.errors import DataError
from centernet_ros.structures import Detections

BOXES = np.arange(16.0).reshape(4, 4)


@pytest.fixture
def data():
    sample = Sample(
        Path("a.jpg"),
        1,
        BOXES,
        np.array([0, 1, 2, 1]),
        np.array([False, True, False, False]),
        Joints(np.arange(8.0).reshape(4, 1, 2), np.ones((4, 1))),
        ids=("a", "b", "c", "d"),
        areas=np.arange(4.0),
    )
    return DataSet(Path("data"), ("dog", "cat", "yak"), (sample,), category_ids=(7, 8, 9))


def test_objects_of_common_classes_stay_by_the_networks_order(data):
    found = keep_common_classes(data, ("person", "yak", "cat"))
    assert found.class_names == ("yak", "cat")
    assert found.category_ids == (9, 8)
    assert found.notes == ("not scored, for the network does not know them: dog",)
    [sample] = found.samples
    assert sample.labels.tolist() == [1, 0, 1]
    assert sample.ids == ("b", "c", "d")
    assert sample.ignore.tolist() == [True, False, False]
    assert sample.areas.tolist() == [1, 2, 3]
    assert (sample.boxes == BOXES[1:]).all()
    assert sample.joints.points[:, 0, 0].tolist() == [2, 4, 6]


def test_all_classes_in_common_change_nothing_but_the_order(data):
    found = keep_common_classes(data, data.class_names)
    assert not found.notes
    assert found.samples[0].labels.tolist() == data.samples[0].labels.tolist()


def test_nothing_in_common_is_refused(data):
    with pytest.raises(DataError, match="data: classes dog, cat, yak, expected some of the netw"):
        keep_common_classes(data, ("person", "car"))


def test_detections_are_relabelled_and_others_left_out():
    found = Detections(BOXES, np.array([0.9, 0.8, 0.7, 0.6]), np.array([0, 1, 2, 2]))
    kept = relabel_detections(found, ("person", "yak", "cat"), ("cat", "yak"))
    assert kept.labels.tolist() == [1, 0, 0]
    assert kept.scores.tolist() == [0.8, 0.7, 0.6]
