import cv2
import numpy as np
import pytest

from centernet_ros.io.kitti_format import parse_kitti_labels
from centernet_ros.metrics.kitti_overlaps import overlap_on_ground_and_in_space


def draw_boxes(count, rng):
    line = "car 0 0 0 0 0 1 1 {:.6f} {:.6f} {:.6f} {:.6f} {:.6f} {:.6f} {:.6f}"
    low, high = [1, 1, 2, -2, 1, -2, -3], [2, 3, 6, 2, 2, 2, 3]
    rows = rng.uniform(low, high, (count, 7))
    return parse_kitti_labels("\n".join(line.format(*row) for row in rows))


def test_turned_boxes_overlap_as_in_opencv():
    rng = np.random.default_rng(0)
    first, second = draw_boxes(300, rng), draw_boxes(300, rng)
    ground, space = overlap_on_ground_and_in_space(first, second)
    for i in range(300):
        rectangles = [
            (
                (b.locations[i, 0], b.locations[i, 2]),
                (b.dimensions[i, 2], b.dimensions[i, 1]),
                -np.degrees(b.rotations_y[i]),
            )
            for b in (first, second)
        ]
        _, corners = cv2.rotatedRectangleIntersection(*rectangles)
        shared = 0 if corners is None else cv2.contourArea(cv2.convexHull(corners))
        areas = sum(r[1][0] * r[1][1] for r in rectangles)
        assert ground[i] == pytest.approx(shared / (areas - shared), abs=1e-4)
    assert (space <= ground + 1e-12).mean() > 0.5
    assert (ground > 0).sum() > 200


def test_equal_boxes_overlap_fully_and_far_ones_not_at_all():
    boxes = draw_boxes(50, np.random.default_rng(1))
    rows = np.arange(50)
    for overlaps in overlap_on_ground_and_in_space(boxes[rows], boxes[rows]):
        assert overlaps == pytest.approx(np.ones(50), abs=1e-12)
    far = boxes[rows]
    far.locations[:, 0] += 100
    assert not overlap_on_ground_and_in_space(boxes, far)[0].any()
