import numpy as np

from centernet_ros.skeleton import COCO_SKELETON, Skeleton
from centernet_ros.structures import Poses
from centernet_ros.visualization.poses import LEFT, MIDDLE, RIGHT, choose_colour, draw_poses


def build_poses(keypoints, *limbs):
    joints = tuple(map(str, range(len(keypoints))))
    skeleton = Skeleton(joints, limbs, ((1, 2),) if len(joints) > 2 else ())
    return Poses(
        boxes=np.array([[10.0, 10, 90, 90]], np.float32),
        scores=np.array([0.9], np.float32),
        labels=np.array([0]),
        keypoints=np.array([keypoints], np.float32),
        keypoint_scores=np.ones((1, len(keypoints)), np.float32),
        skeleton=skeleton,
    )


def test_draws_limbs_and_joints_in_place():
    image = np.zeros((100, 100, 3), np.uint8)
    poses = build_poses([(50, 30), (30, 50), (70, 50)], (1, 2))
    assert draw_poses(image, poses, {0: "person"}) is image
    assert np.abs(image[50, 50].astype(int) - MIDDLE).max() < 30  # the line is anti-aliased
    assert image[50, 30].tolist() == list(LEFT)
    assert image[50, 70].tolist() == list(RIGHT)
    assert image[30, 50].tolist() == list(MIDDLE)
    assert not image[70, 50].any()


def test_sides():
    assert choose_colour(COCO_SKELETON, 5, 7) == LEFT
    assert choose_colour(COCO_SKELETON, 6, 8) == RIGHT
    assert choose_colour(COCO_SKELETON, 5, 6) == MIDDLE
    assert choose_colour(COCO_SKELETON, 0, 1) == MIDDLE


def test_joints_far_outside():
    image = np.zeros((50, 50, 3), np.uint8)
    draw_poses(image, build_poses([(1e12, -1e12), (30, 20)], (0, 1)), {})
    assert image[20, 30].any()
