import numpy as np
import pytest

from centernet_ros.geometry.boxes import compute_areas, compute_iou, intersect_boxes

BOXES = np.array([[0.0, 0, 10, 10], [5, 5, 15, 15], [20, 20, 30, 40], [3, 3, 3, 3]])


def test_areas():
    assert compute_areas(BOXES).tolist() == [100, 100, 200, 0]
    assert compute_areas(BOXES[0], border=1) == 121


def test_pairs_and_all_pairs():
    shared = intersect_boxes(BOXES[:, None], BOXES)
    assert shared.tolist() == [[100, 25, 0, 0], [25, 100, 0, 0], [0, 0, 200, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(shared, shared.T)
    np.testing.assert_array_equal(intersect_boxes(BOXES, BOXES), np.diag(shared))


def test_iou():
    iou = compute_iou(BOXES[:, None], BOXES)
    assert iou[0, 1] == pytest.approx(25 / 175)
    assert np.diag(iou).tolist() == [1, 1, 1, 0]
    assert compute_iou(BOXES[0], BOXES[1], border=1) == pytest.approx(36 / (2 * 121 - 36))
