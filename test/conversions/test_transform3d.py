import math

import numpy as np
import pytest
from geometry_msgs.msg import Pose, TransformStamped
from std_msgs.msg import Header
from visualization_msgs.msg import Marker

from centernet_ros.conversions.detections3d import boxes3d_to_message
from centernet_ros.conversions.markers import boxes3d_to_markers
from centernet_ros.conversions.transform3d import (
    multiply,
    read_rotation,
    transform_detections3d,
    transform_markers,
    transform_pose,
)
from centernet_ros.structures import Boxes3D

HEADER = Header(frame_id="camera_optical")
HEADER.stamp.sec = 7


def make_transform(shift, quaternion):
    """From w x y z."""
    transform = TransformStamped()
    transform.header.frame_id, transform.child_frame_id = "base_link", "camera_optical"
    translation, rotation = transform.transform.translation, transform.transform.rotation
    translation.x, translation.y, translation.z = map(float, shift)
    rotation.w, rotation.x, rotation.y, rotation.z = map(float, quaternion)
    return transform


# A camera 1.5 m above the ground that looks ahead: its z is the robot's x, its x the robot's -y.
AHEAD = make_transform((0.2, 0.0, 1.5), (0.5, -0.5, 0.5, -0.5))


def make_boxes(count=1):
    return Boxes3D(
        np.zeros((count, 4)),
        np.full(count, 0.5),
        np.ones(count, int),
        np.array([[1.0, 1.5, 10.0]] * count),
        np.array([[1.4, 1.6, 4.0]] * count),
        np.zeros(count),
        np.zeros(count),
        np.full(count, 2.0),
    )


def test_what_is_ahead_of_the_camera_is_ahead_of_the_robot():
    original = boxes3d_to_message(make_boxes(), HEADER)
    message = transform_detections3d(original, AHEAD)
    (detection,) = message.detections
    assert message.header.frame_id == detection.header.frame_id == "base_link"
    assert message.header.stamp == HEADER.stamp
    place = detection.bbox.center.position
    # The middle is 0.7 m above the bottom, which is on the ground.
    assert (place.x, place.y, place.z) == pytest.approx((10.2, -1.0, 0.7))
    # A car that looks along the camera's x looks to the robot's right, and stands upright.
    facing = detection.bbox.center.orientation
    assert 2 * math.atan2(facing.z, facing.w) == pytest.approx(-math.pi / 2)
    assert (facing.x, facing.y) == pytest.approx((0, 0), abs=1e-12)
    assert detection.bbox.size == original.detections[0].bbox.size
    assert detection.results[0].pose.pose == detection.bbox.center
    assert original.detections[0].bbox.center.position.z == 10.0  # stays as it was


def test_covariances_turn_along():
    before = boxes3d_to_message(make_boxes(), HEADER).detections[0]
    after = transform_detections3d(boxes3d_to_message(make_boxes(), HEADER), AHEAD).detections[0]
    old, new = (np.reshape(d.results[0].pose.covariance, (6, 6)) for d in (before, after))
    # z of the camera is x of the robot, x its -y, y its -z.
    assert new[0, 0] == pytest.approx(old[2, 2])
    assert new[1, 1] == pytest.approx(old[0, 0])
    assert new[0, 1] == pytest.approx(-old[2, 0])
    assert new[5, 5] == pytest.approx(old[4, 4])
    assert np.linalg.eigvalsh(new) == pytest.approx(np.linalg.eigvalsh(old), abs=1e-9)


def test_any_turn_of_any_pose():
    """Points of the body arrive where turning them one after the other brings them."""
    random = np.random.default_rng(0)
    for _ in range(20):
        first, second = (q / np.linalg.norm(q) for q in random.normal(size=(2, 4)))
        transform = make_transform(random.normal(size=3), first)
        pose = Pose()
        pose.orientation.w, pose.orientation.x, pose.orientation.y, pose.orientation.z = second
        pose.position.x, pose.position.y, pose.position.z = random.normal(size=3)
        rotation = read_rotation(transform)
        assert rotation @ rotation.T == pytest.approx(np.eye(3))
        assert np.linalg.det(rotation) == pytest.approx(1)
        moved = transform_pose(pose, transform, rotation)
        q = moved.orientation
        assert read_rotation(make_transform((0, 0, 0), (q.w, q.x, q.y, q.z))) == pytest.approx(
            rotation @ read_rotation(make_transform((0, 0, 0), second))
        )
    assert multiply((1.0, 0.0, 0.0, 0.0), (0.5, 0.5, -0.5, 0.5)) == (0.5, 0.5, -0.5, 0.5)


def test_markers_are_where_the_boxes_are():
    markers = transform_markers(boxes3d_to_markers(make_boxes(2), {}, HEADER), AHEAD).markers
    boxes = transform_detections3d(boxes3d_to_message(make_boxes(2), HEADER), AHEAD).detections
    assert markers[0].action == Marker.DELETEALL
    assert {marker.header.frame_id for marker in markers} == {"base_link"}
    assert markers[1].pose == boxes[0].bbox.center
