"""Detection3DArray, HumanPose3DArray and MarkerArray in another frame."""

from __future__ import annotations

import copy

import numpy as np
from geometry_msgs.msg import Point, Pose, TransformStamped
from std_msgs.msg import Header
from vision_msgs.msg import Detection3DArray
from visualization_msgs.msg import Marker, MarkerArray

from centernet_ros.msg import HumanPose3DArray

# Row-major, of x y z and the turns about them (geometry_msgs/PoseWithCovariance).
SIDE = 6


def transform_detections3d(
    message: Detection3DArray, transform: TransformStamped
) -> Detection3DArray:
    """The same boxes in the parent frame of a transform, their covariances turned along.

    Args:
        message: in the transform's child frame; stays as it is.
        transform: from tf2, child to parent frame, metres and a unit quaternion.
    """
    header = Header(stamp=message.header.stamp, frame_id=transform.header.frame_id)
    rotation = read_rotation(transform)
    turn = np.kron(np.eye(2), rotation)
    result = Detection3DArray(header=header)
    for original in message.detections:
        detection = copy.deepcopy(original)
        detection.header = header
        detection.bbox.center = transform_pose(original.bbox.center, transform, rotation)
        for hypothesis in detection.results:
            hypothesis.pose.pose = transform_pose(hypothesis.pose.pose, transform, rotation)
            covariance = np.reshape(hypothesis.pose.covariance, (SIDE, SIDE))
            hypothesis.pose.covariance = (turn @ covariance @ turn.T).ravel()
        result.detections.append(detection)
    return result


def transform_poses3d(message: HumanPose3DArray, transform: TransformStamped) -> HumanPose3DArray:
    """The same persons in the parent frame of a transform.

    Args:
        message: in the transform's child frame; stays as it is.
        transform: as of `transform_detections3d`.
    """
    rotation = read_rotation(transform)
    result = copy.deepcopy(message)
    result.header.frame_id = transform.header.frame_id
    for pose in result.poses:
        for keypoint in pose.keypoints:
            keypoint.position = transform_point(keypoint.position, transform, rotation)
    return result


def transform_markers(message: MarkerArray, transform: TransformStamped) -> MarkerArray:
    """The same markers in the parent frame of a transform.

    Args:
        message: in the transform's child frame; stays as it is.
        transform: as of `transform_detections3d`.
    """
    rotation = read_rotation(transform)
    result = copy.deepcopy(message)
    for marker in result.markers:
        marker.header.frame_id = transform.header.frame_id
        if marker.action != Marker.DELETEALL:
            marker.pose = transform_pose(marker.pose, transform, rotation)
    return result


def transform_pose(pose: Pose, transform: TransformStamped, rotation: np.ndarray) -> Pose:
    """A pose in the parent frame of a transform, whose rotation is given as (3, 3), too."""
    turn, facing = transform.transform.rotation, pose.orientation
    result = Pose(position=transform_point(pose.position, transform, rotation))
    orientation = result.orientation
    first = (turn.w, turn.x, turn.y, turn.z)
    second = (facing.w, facing.x, facing.y, facing.z)
    orientation.w, orientation.x, orientation.y, orientation.z = multiply(first, second)
    return result


def transform_point(point: Point, transform: TransformStamped, rotation: np.ndarray) -> Point:
    """A point in the parent frame of a transform, whose rotation is given as (3, 3), too."""
    shift = transform.transform.translation
    x, y, z = (rotation @ (point.x, point.y, point.z) + (shift.x, shift.y, shift.z)).tolist()
    return Point(x=x, y=y, z=z)


def multiply(
    first: tuple[float, float, float, float], second: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """The product of two quaternions w x y z: the second turn, then the first."""
    w1, x1, y1, z1 = first
    w2, x2, y2, z2 = second
    return (
        w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
        w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
        w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
        w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
    )


def read_rotation(transform: TransformStamped) -> np.ndarray:
    """The (3, 3) rotation of a transform."""
    q = transform.transform.rotation
    w, x, y, z = q.w, q.x, q.y, q.z
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
