import math

import numpy as np
import pytest
from std_msgs.msg import Header
from vision_msgs.msg import Detection3DArray

from centernet_ros.conversions.detections3d import (
    boxes3d_from_message,
    boxes3d_to_message,
    compute_covariances,
    heading_of,
)
from centernet_ros.geometry.angles import alpha_to_rotation_y
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.structures import Boxes3D

HEADER = Header(frame_id="camera_optical_frame")


def make_boxes(rotation_y=0.5, deviation=2.0):
    return Boxes3D(
        np.zeros((1, 4), np.float32),
        np.array([0.75], np.float32),
        np.array([1]),
        np.array([[2, 1.5, 20]], np.float32),
        np.array([[1.5, 1.6, 4.0]], np.float32),
        np.array([rotation_y], np.float32),
        np.zeros(1, np.float32),
        np.array([deviation], np.float32),
    )


def rotate(orientation, vector):
    q = np.array([orientation.x, orientation.y, orientation.z])
    return vector + 2 * np.cross(q, np.cross(q, vector) + orientation.w * vector)


def test_centre_is_the_geometric_one():
    [detection] = boxes3d_to_message(make_boxes(), HEADER).detections
    position = detection.bbox.center.position
    assert (position.x, position.y, position.z) == (2, 0.75, 20)
    size = detection.bbox.size
    np.testing.assert_allclose((size.x, size.y, size.z), (4.0, 1.6, 1.5), atol=1e-6)
    assert detection.header == HEADER
    assert detection.results[0].pose.pose == detection.bbox.center
    assert detection.results[0].hypothesis.class_id == "1"


@pytest.mark.parametrize("rotation_y", [-3.0, -math.pi / 2, 0.0, 0.5, 2.0, math.pi])
def test_body_axes_span_the_box(rotation_y):
    boxes = make_boxes(rotation_y)
    [detection] = boxes3d_to_message(boxes, HEADER).detections
    pose, size = detection.bbox.center, detection.bbox.size
    centre = np.array([pose.position.x, pose.position.y, pose.position.z])
    forward, left, up = (rotate(pose.orientation, axis) for axis in np.eye(3))
    np.testing.assert_allclose(up, [0, -1, 0], atol=1e-6)
    bottom = centre - size.z / 2 * up
    corners = compute_corners(boxes.dimensions, boxes.locations, boxes.rotations_y)[0]
    front_left = bottom + size.x / 2 * forward + size.y / 2 * left
    back_right = bottom - size.x / 2 * forward - size.y / 2 * left
    np.testing.assert_allclose(corners[0], front_left, atol=1e-5)
    np.testing.assert_allclose(corners[2], back_right, atol=1e-5)


@pytest.mark.parametrize("rotation_y", [-3.0, 0.0, 0.5, 3.0])
def test_heading_comes_back(rotation_y):
    [detection] = boxes3d_to_message(make_boxes(rotation_y), HEADER).detections
    assert heading_of(detection.bbox.center.orientation) == pytest.approx(rotation_y, abs=1e-6)


def test_covariance_is_widest_along_the_ray():
    locations = np.array([[0.0, 0.0, 20.0], [3.0, 1.0, 20.0]])
    ahead, aside = compute_covariances(locations, np.array([2.0, 2.0]), np.full(2, 0.2))
    np.testing.assert_allclose(np.diag(ahead)[:3], [0.16, 0.16, 4.0])
    assert (np.linalg.eigvalsh(aside) > 0).all()
    ray = np.array([3.0, 1.0, 20.0]) / np.sqrt(410)
    np.testing.assert_allclose(aside[:3, :3] @ ray, 4.1 * ray)


@pytest.mark.parametrize("deviation", [0.5, 6.0])
def test_covariance_is_the_objects_own(deviation):
    [detection] = boxes3d_to_message(make_boxes(deviation=deviation), HEADER).detections
    along_z = detection.results[0].pose.covariance[14]
    # The ray is 7 degrees from the axis, so that what lies across it adds a little.
    assert along_z == pytest.approx(deviation**2, rel=0.02)


def test_boxes_come_back():
    boxes = make_boxes()
    projection = np.array([[700.0, 0, 600, 40], [0, 700, 180, 0], [0, 0, 1, 0]])
    back = boxes3d_from_message(boxes3d_to_message(boxes, HEADER), projection, (375, 1242))
    for name in ("scores", "labels", "locations", "dimensions", "rotations_y"):
        np.testing.assert_allclose(getattr(back, name), getattr(boxes, name), atol=1e-6)
    corners = compute_corners(boxes.dimensions, boxes.locations, boxes.rotations_y)
    pixels = project(corners, projection).clip(0, (1241, 374))
    np.testing.assert_allclose(back.boxes[:, 0], pixels[..., 0].min(1), atol=1e-3)
    np.testing.assert_allclose(back.boxes[:, 3], pixels[..., 1].max(1), atol=1e-3)
    column = project(back.locations - [0, boxes.dimensions[0, 0] / 2, 0], projection)[:, 0]
    expected = alpha_to_rotation_y(back.alphas, column, projection)
    np.testing.assert_allclose(expected, boxes.rotations_y, atol=1e-6)


def test_no_boxes_come_back():
    none = boxes3d_from_message(Detection3DArray(), np.eye(3, 4), (10, 10))
    assert none.boxes.shape == (0, 4)
    assert none.locations.shape == none.dimensions.shape == (0, 3)
