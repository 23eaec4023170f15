"""HumanPoseArray, HumanPose3DArray and Skeleton of this package <-> Poses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from geometry_msgs.msg import Point
from std_msgs.msg import Header

from centernet_ros.conversions.detections import box_from_message, fill_box
from centernet_ros.msg import (
    HumanPose,
    HumanPose3D,
    HumanPose3DArray,
    HumanPoseArray,
    Keypoint,
    Keypoint3D,
    SkeletonEdge,
)
from centernet_ros.msg import Skeleton as SkeletonMessage
from centernet_ros.skeleton import COCO_SKELETON, Skeleton, number_joints
from centernet_ros.structures import Poses


def poses_to_message(poses: Poses, header: Header) -> HumanPoseArray:
    """One HumanPose per person with all joints, whatever their scores."""
    rows = zip(
        poses.boxes.tolist(),
        poses.scores.tolist(),
        poses.keypoints.tolist(),
        poses.keypoint_scores.tolist(),
        poses.list_ids(),
    )
    return HumanPoseArray(header=header, poses=[_pose_to_message(*row) for row in rows])


def poses_from_message(message: HumanPoseArray) -> Poses:
    """The inverse of poses_to_message."""
    joints = [[(k.position.x, k.position.y) for k in pose.keypoints] for pose in message.poses]
    scores = [[k.score for k in pose.keypoints] for pose in message.poses]
    count = len(message.poses)
    boxes = np.array([box_from_message(pose.bbox) for pose in message.poses], np.float32)
    return Poses(
        boxes.reshape(count, 4),
        np.array([pose.score for pose in message.poses], np.float32),
        np.zeros(count, np.int64),
        np.array(joints, np.float32).reshape(count, -1, 2) if count else np.zeros((0, 0, 2)),
        np.array(scores, np.float32).reshape(count, -1) if count else np.zeros((0, 0)),
        skeleton=number_joints(len(joints[0])) if joints else COCO_SKELETON,
    )


def poses3d_to_message(poses: Poses, points: np.ndarray, header: Header) -> HumanPose3DArray:
    """One HumanPose3D per person with all joints.

    Args:
        poses: N persons.
        points: (N, J, 3) x y z of their joints in metres, NaN where unknown.
        header: of the image.
    """
    message = HumanPose3DArray(header=header)
    for score, person_id, joints, joint_scores in zip(
        poses.scores.tolist(), poses.list_ids(), points.tolist(), poses.keypoint_scores.tolist()
    ):
        keypoints = [
            Keypoint3D(id=i, position=Point(x=x, y=y, z=z), score=joint_score)
            for i, ((x, y, z), joint_score) in enumerate(zip(joints, joint_scores))
        ]
        message.poses.append(HumanPose3D(score=score, id=person_id, keypoints=keypoints))
    return message


def skeleton_to_message(skeleton: Skeleton, threshold: float, header: Header) -> SkeletonMessage:
    """What the joint ids 0, 1, ... mean, and the least score published."""
    return SkeletonMessage(
        header=header,
        keypoint_names=list(skeleton.joints),
        edges=[SkeletonEdge(start=start, end=end) for start, end in skeleton.limbs],
        sigmas=skeleton.sigmas,
        threshold=threshold,
    )


def _pose_to_message(
    box: Sequence[float],
    score: float,
    joints: Sequence[tuple[float, float]],
    joint_scores: Sequence[float],
    person_id: str,
) -> HumanPose:
    # Fields are set where they are, as conversions/detections.py says.
    pose, keypoints = HumanPose(), []
    pose.score, pose.id = score, person_id
    fill_box(pose.bbox, box)
    for i, ((x, y), joint_score) in enumerate(zip(joints, joint_scores)):
        keypoint = Keypoint()
        keypoint.id, keypoint.score = i, joint_score
        keypoint.position.x, keypoint.position.y = x, y
        keypoints.append(keypoint)
    pose.keypoints = keypoints
    return pose
