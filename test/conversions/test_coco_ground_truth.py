"""COCO's annotations through ground truth messages."""

from pathlib import Path

import numpy as np
import pytest
from rclpy.serialization import deserialize_message, serialize_message
from std_msgs.msg import Header

from centernet_ros.conversions.coco_ground_truth import (
    coco_boxes_from_messages,
    coco_poses_from_messages,
    coco_to_messages,
)
from centernet_ros.conversions.ground_truth import ANNOTATIONS, POSES
from centernet_ros.datasets.sample import Joints, Sample

VISIBILITY = np.arange(17.0) % 3
POINTS = np.arange(34.0).reshape(17, 2)
ROWS = [
    {"bbox": [1.5, 2.0, 30.25, 40.0], "area": 600.5, "iscrowd": 0},
    {
        "bbox": [0.0, 0.0, 3.1, 4.7], "area": 8.0, "iscrowd": 1, "num_keypoints": 11,
        "keypoints": np.column_stack((POINTS, VISIBILITY)).ravel().tolist(),
    },
]  # fmt: skip
BOXES = np.array([[1.5, 2.0, 31.75, 42.0], [0.0, 0.0, 3.1, 4.7]])


def make_sample(rows, labels, joints=None):
    crowds, areas = np.array([False, True])[rows], np.array([600.5, 8.0])[rows]
    ids = tuple(np.array(["7", "9"])[rows].tolist())
    path = Path("42.jpg")
    return Sample(path, 42, BOXES[rows], labels, crowds, joints, ids=ids, areas=areas)


@pytest.fixture
def messages():
    """As they come out of a bag."""
    sample = make_sample([0, 1], np.array([1, 0]))
    persons = make_sample([1], np.array([0]), Joints(POINTS[None], VISIBILITY[None]))
    made = coco_to_messages(sample, persons, Header(frame_id="camera"))
    return {t: deserialize_message(serialize_message(m), type(m)) for t, m in made.items()}


def check(row, expected):
    assert row["bbox"] == pytest.approx(expected["bbox"])
    assert (row["area"], row["iscrowd"]) == (expected["area"], expected["iscrowd"])


def test_boxes_come_back(messages):
    rows = coco_boxes_from_messages(messages, 5)
    assert [(row["image_id"], row["category_id"]) for row in rows] == [(5, 1), (5, 0)]
    for row, expected in zip(rows, ROWS):
        check(row, expected)


def test_poses_come_back(messages):
    [row] = coco_poses_from_messages(messages, 5, 3)
    assert row["category_id"] == 3
    check(row, ROWS[1])
    assert row["keypoints"] == ROWS[1]["keypoints"]
    assert row["num_keypoints"] == 11


def test_boxes_without_annotations_have_their_own_area(messages):
    del messages[ANNOTATIONS]
    assert [row["area"] for row in coco_boxes_from_messages(messages, 5)] == pytest.approx(
        [1210, 14.57]
    )
    assert not any(row["iscrowd"] for row in coco_boxes_from_messages(messages, 5))


def test_image_without_objects():
    messages = coco_to_messages(make_sample([], np.zeros(0, int)), None, Header())
    assert coco_boxes_from_messages(messages, 1) == []
    assert coco_poses_from_messages(messages, 1, 0) == []
    assert messages[POSES].poses == []
