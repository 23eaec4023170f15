from pathlib import Path

import numpy as np
import pytest

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.metrics.best_threshold import find_best_threshold
from centernet_ros.structures import Detections

BOX = [0.0, 0.0, 10.0, 10.0]
ELSEWHERE = [50.0, 50.0, 60.0, 60.0]


def make_sample(labels, ignore=False):
    count = len(labels)
    boxes = np.array([BOX] * count).reshape(-1, 4)
    return Sample(Path("a.png"), "a", boxes, np.array(labels, int), np.full(count, ignore))


def detect(*objects):
    """(box, score, label) of each."""
    boxes, scores, labels = zip(*objects) if objects else ((), (), ())
    return Detections(np.array(boxes).reshape(-1, 4), np.array(scores), np.array(labels, int))


def test_the_best_threshold_weighs_what_is_lost_and_what_is_wrong():
    data = DataSet(Path("a"), ("x", "y"), tuple(make_sample([i % 2]) for i in range(4)))
    found = [
        detect((BOX, 0.9, 0)),
        detect((BOX, 0.8, 1), (ELSEWHERE, 0.3, 1)),
        detect((ELSEWHERE, 0.5, 0), (BOX, 0.4, 0)),
        detect((ELSEWHERE, 0.2, 0), (ELSEWHERE, 0.1, 0)),
    ]
    best = find_best_threshold(data, found)
    # Three of four are found by 0.4, one of four detections is wrong.
    assert best == pytest.approx({"F1": 0.75, "precision": 0.75, "recall": 0.75, "threshold": 0.4})


def test_equal_scores_count_together():
    data = DataSet(Path("a"), ("x",), (make_sample([0]), make_sample([])))
    best = find_best_threshold(data, [detect((BOX, 0.5, 0)), detect((ELSEWHERE, 0.5, 0))])
    assert best["precision"] == 0.5
    assert best["threshold"] == 0.5


def test_without_anything_right_there_is_none():
    data = DataSet(Path("a"), ("x",), (make_sample([0]),))
    for found in (detect(), detect((ELSEWHERE, 0.5, 0))):
        best = find_best_threshold(data, [found])
        assert best == {"F1": 0, "precision": 0, "recall": 0, "threshold": 1}
