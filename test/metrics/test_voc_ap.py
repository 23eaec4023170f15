from pathlib import Path

import numpy as np
import pytest

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.metrics.voc_ap import average_11_points, average_area, score_voc
from centernet_ros.structures import Detections

BOXES = np.array([[0.0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]])


def make_data(difficult=()):
    ignore = np.isin(np.arange(3), difficult)
    sample = Sample(Path("a.jpg"), "a", BOXES, np.zeros(3, int), ignore)
    return DataSet(Path("."), ("thing", "other"), (sample,))


def detect(*rows):
    boxes, scores = zip(*rows)
    return [Detections(np.array(boxes, np.float32), np.array(scores), np.zeros(len(rows), int))]


def test_perfect():
    predictions = detect(*((box, 0.9) for box in BOXES))
    scores = score_voc(make_data(), predictions)
    assert scores == {"mAP50": 1.0, "mAP50_11_points": 1.0, "AP50/thing": 1.0}


def test_doubles_and_misses():
    # Right, a double of it, nothing there, right: precisions 1, 1/2, 1/3, 1/2 at recalls 1/3, 2/3.
    rows = [(BOXES[0], 0.9), (BOXES[0] + 1, 0.8), (BOXES[0] + 100, 0.7), (BOXES[1], 0.6)]
    scores = score_voc(make_data(), detect(*rows))
    assert scores["mAP50"] == pytest.approx((1 + 0.5) / 3)
    assert scores["mAP50_11_points"] == pytest.approx((4 * 1 + 3 * 0.5) / 11)


def test_difficult_objects_do_not_count():
    rows = [(BOXES[2], 0.95), (BOXES[0], 0.9), (BOXES[1], 0.8)]
    assert score_voc(make_data(difficult=[2]), detect(*rows))["mAP50"] == 1
    assert score_voc(make_data(difficult=[2]), detect(*rows[1:]))["mAP50"] == 1


def test_nothing_found():
    none = Detections(np.zeros((0, 4), np.float32), np.zeros(0), np.zeros(0, int))
    assert score_voc(make_data(), [none])["mAP50"] == 0


def test_averages():
    recall, precision = np.array([0.5, 0.5, 1.0]), np.array([1.0, 0.5, 2 / 3])
    assert average_area(recall, precision) == pytest.approx(0.5 + 1 / 3)
    assert average_11_points(recall, precision) == pytest.approx((6 + 5 * 2 / 3) / 11)
