import numpy as np
from std_msgs.msg import Header

from centernet_ros.conversions.poses import (
    poses_from_message,
    poses_to_message,
    skeleton_to_message,
)
from centernet_ros.skeleton import COCO_SKELETON
from centernet_ros.structures import Poses

RANDOM = np.random.default_rng(0)
POSES = Poses(
    np.array([[10, 20, 50, 100], [0, 1, 2, 4]], np.float32),
    np.array([0.75, 0.5], np.float32),
    np.zeros(2, np.int64),
    RANDOM.random((2, 17, 2)).astype(np.float32) * 100,
    RANDOM.random((2, 17)).astype(np.float32),
)


def test_all_joints_are_published_in_order():
    header = Header(frame_id="camera")
    message = poses_to_message(POSES, header)
    assert message.header == header
    assert [k.id for k in message.poses[1].keypoints] == list(range(17))


def test_message_gives_the_poses_back():
    back = poses_from_message(poses_to_message(POSES, Header()))
    np.testing.assert_allclose(back.boxes, POSES.boxes, atol=1e-5)
    np.testing.assert_allclose(back.keypoints, POSES.keypoints)
    np.testing.assert_allclose(back.keypoint_scores, POSES.keypoint_scores)


def test_nobody_is_nobody():
    assert len(poses_from_message(poses_to_message(POSES[:0], Header()))) == 0


def test_skeleton_names_joints_and_limbs():
    message = skeleton_to_message(COCO_SKELETON, 0.3, Header())
    assert tuple(message.sigmas) == COCO_SKELETON.sigmas
    assert message.keypoint_names[9] == "left wrist"
    assert (message.edges[0].start, message.edges[0].end) == (0, 1)
