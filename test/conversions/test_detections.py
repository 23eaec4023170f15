import numpy as np
from std_msgs.msg import Header

from centernet_ros.conversions.detections import (
    detections_from_message,
    detections_to_message,
    labels_from_message,
    labels_to_message,
)
from centernet_ros.structures import Detections

HEADER = Header(frame_id="camera_optical_frame")
DETECTIONS = Detections(
    np.array([[10, 20, 50, 100], [0.5, 1, 2.5, 4]], np.float32),
    np.array([0.75, 0.5], np.float32),
    np.array([2, 79]),
)


def test_message_has_centre_size_class_and_header():
    message = detections_to_message(DETECTIONS, HEADER)
    first = message.detections[0]
    assert message.header == first.header == HEADER
    assert (first.bbox.center.position.x, first.bbox.center.position.y) == (30, 60)
    assert (first.bbox.size_x, first.bbox.size_y, first.bbox.center.theta) == (40, 80, 0)
    [result] = first.results
    assert (result.hypothesis.class_id, result.hypothesis.score) == ("2", 0.75)


def test_message_gives_the_detections_back():
    back = detections_from_message(detections_to_message(DETECTIONS, HEADER))
    np.testing.assert_array_equal(back.boxes, DETECTIONS.boxes)
    np.testing.assert_array_equal(back.scores, DETECTIONS.scores)
    np.testing.assert_array_equal(back.labels, DETECTIONS.labels)


def test_no_detections_are_no_detections():
    message = detections_to_message(DETECTIONS[:0], HEADER)
    assert message.detections == []
    assert detections_from_message(message).boxes.shape == (0, 4)


def test_labels_are_numbered_from_zero():
    message = labels_to_message(("person", "car"), 0.25, HEADER)
    assert labels_from_message(message) == {0: "person", 1: "car"}
    assert message.threshold == 0.25
