from pathlib import Path

import numpy as np

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.metrics.confusion import count_confusions
from centernet_ros.structures import Detections

CAT, DOG, NOTHING = range(3)
BOXES = np.array([[10.0 * i, 0, 10 * i + 8, 8] for i in range(6)])


def count(labels, ignore, boxes, scores, found):
    sample = Sample(
        Path("a.jpg"), 1, BOXES[: len(labels)], np.array(labels, int), np.array(ignore, bool)
    )
    data = DataSet(Path("data"), ("cat", "dog"), (sample,))
    predictions = Detections(
        np.array(boxes).reshape(-1, 4), np.array(scores, float), np.array(found, int)
    )
    return count_confusions(data, [predictions], 0.5)


def test_classes_are_counted_by_what_they_are_found_as():
    counts = count(
        [CAT, CAT, DOG, DOG],
        [False] * 4,
        [BOXES[0], BOXES[1] + 1, BOXES[2], BOXES[5]],
        [0.9, 0.8, 0.7, 0.6],
        [CAT, DOG, DOG, CAT],
    )
    assert counts.tolist() == [[1, 1, 0], [0, 1, 1], [1, 0, 0]]


def test_of_two_detections_of_an_object_the_better_counts():
    counts = count([CAT], [False], [BOXES[0], BOXES[0]], [0.6, 0.9], [DOG, CAT])
    assert counts[CAT].tolist() == [1, 0, 0]
    assert counts[NOTHING].tolist() == [0, 1, 0]


def test_what_is_below_the_threshold_or_ignored_does_not_count():
    counts = count(
        [CAT, DOG], [False, True], [BOXES[0], BOXES[1], BOXES[1]], [0.4, 0.9, 0.8], [CAT, CAT, DOG]
    )
    assert counts.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


def test_images_without_objects_or_detections():
    assert count([], [], [BOXES[0]], [0.9], [CAT])[NOTHING].tolist() == [1, 0, 0]
    assert count([DOG], [False], [], [], [])[DOG].tolist() == [0, 0, 1]
