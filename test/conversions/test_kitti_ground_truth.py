"""KITTI's labels through ground truth messages."""

from dataclasses import fields

import numpy as np
from std_msgs.msg import Header

from centernet_ros.conversions.ground_truth import BOXES_3D
from centernet_ros.conversions.kitti_ground_truth import kitti_from_messages, kitti_to_messages
from centernet_ros.io.kitti_format import KittiLabels, parse_kitti_labels
from centernet_ros.labels import KITTI_TYPES

LABELS = """\
Car 0.25 1 -1.57 587.01 173.33 614.12 200.12 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59
DontCare -1 -1 -10 503.89 169.71 590.61 190.13 -1 -1 -1 -1000 -1000 -1000 -10
Person_sitting 0.00 3 2.71 657.39 190.13 700.07 223.39 1.41 1.58 4.36 3.18 2.27 34.38 -3.14
"""


def test_labels_come_back():
    labels = parse_kitti_labels(LABELS)
    messages = kitti_to_messages("000012", labels, Header())
    assert [d.id for d in messages[BOXES_3D].detections] == ["0", "2"]
    back = kitti_from_messages(messages, dict(enumerate(KITTI_TYPES)))
    assert back.names.tolist() == labels.names.tolist()
    for field in fields(KittiLabels)[1:]:
        np.testing.assert_allclose(getattr(back, field.name), getattr(labels, field.name), 1e-9)


def test_frame_without_objects():
    messages = kitti_to_messages("0", parse_kitti_labels(""), Header())
    assert kitti_from_messages(messages, {}).boxes.shape == (0, 4)


def test_objects_of_no_known_type_are_left_out():
    labels = parse_kitti_labels(LABELS.replace("Car ", "Boat "))
    messages = kitti_to_messages("1", labels, Header())
    back = kitti_from_messages(messages, dict(enumerate(KITTI_TYPES)))
    assert back.names.tolist() == ["DontCare", "Person_sitting"]
