"""Boxes3D <-> vision_msgs/Detection3DArray.

Boxes3D stand on their bottom and turn about the camera's y axis, as in KITTI. A Detection3D has
its geometric centre, and the orientation of its body axes (REP-103: x forward, y left, z up) in
the optical frame; its size is length, width and height along them.
"""

from __future__ import annotations

import math

import numpy as np
from geometry_msgs.msg import Point, Pose, PoseWithCovariance, Quaternion, Vector3
from std_msgs.msg import Header
from vision_msgs.msg import (
    BoundingBox3D,
    Detection3D,
    Detection3DArray,
    ObjectHypothesis,
    ObjectHypothesisWithPose,
)

from centernet_ros.geometry.angles import rotation_y_to_alpha
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.camera import project
from centernet_ros.structures import Boxes3D

# What monocular 3D is good for: one standard deviation, along and across the viewing ray as a
# share of the distance, and of the heading in radians; docs/scenes.md has what was measured.
RANGE_DEVIATION, LATERAL_DEVIATION, HEADING_DEVIATION = 0.1, 0.02, 0.3


def boxes3d_to_message(boxes: Boxes3D, header: Header) -> Detection3DArray:
    """One Detection3D per box; class_id is the label as a decimal."""
    return Detection3DArray(
        header=header, detections=[_box_to_message(boxes, i, header) for i in range(len(boxes))]
    )


def boxes3d_from_message(
    message: Detection3DArray, projection: np.ndarray, image_size: tuple[int, int]
) -> Boxes3D:
    """The inverse of boxes3d_to_message; 2D boxes surround the projected corners in the image.

    Args:
        projection: (3, 4) of the image's camera.
        image_size: height and width of the image.
    """
    places = [place_from_message(detection.bbox) for detection in message.detections]
    locations, dimensions, rotations_y = (
        np.array([place[i] for place in places]).reshape(len(places), *shape)
        for i, shape in enumerate(((3,), (3,), ()))
    )
    hypotheses = [detection.results[0].hypothesis for detection in message.detections]
    corners = project(compute_corners(dimensions, locations, rotations_y), projection)
    low, high = corners.min(1), corners.max(1)
    limit = np.array((image_size[1], image_size[0])) - 1
    centres = project(locations - dimensions[:, :1] / 2 * (0, 1, 0), projection)
    return Boxes3D(
        np.concatenate((low.clip(0, limit), high.clip(0, limit)), 1),
        np.array([hypothesis.score for hypothesis in hypotheses]),
        np.array([int(hypothesis.class_id) for hypothesis in hypotheses], np.int64),
        locations,
        dimensions,
        rotations_y,
        rotation_y_to_alpha(rotations_y, centres[:, 0], projection),
    )


def place_from_message(box: BoundingBox3D) -> tuple[np.ndarray, np.ndarray, float]:
    """(3,) middle of the bottom, (3,) height, width and length, and rotation_y of a box."""
    centre, size = box.center.position, box.size
    location = np.array((centre.x, centre.y + size.z / 2, centre.z))
    return location, np.array((size.z, size.y, size.x)), heading_of(box.center.orientation)


def compute_pose(location: np.ndarray, height: float, rotation_y: float) -> Pose:
    """The pose of a box's centre and body axes in the optical frame.

    Args:
        location: (3,) middle of the bottom in metres.
        height: in metres.
        rotation_y: heading in radians, 0 along the camera's x axis.
    """
    x, y, z = (float(value) for value in location)
    # A quarter turn about x brings the body's z from down the picture to up; then the heading.
    half, quarter = rotation_y / 2, math.sqrt(0.5)
    orientation = Quaternion(
        w=quarter * math.cos(half),
        x=quarter * math.cos(half),
        y=quarter * math.sin(half),
        z=-quarter * math.sin(half),
    )
    return Pose(position=Point(x=x, y=y - height / 2, z=z), orientation=orientation)


def heading_of(orientation: Quaternion) -> float:
    """The rotation_y of a box whose body axes have an orientation made by compute_pose."""
    return 2 * math.atan2(orientation.y, orientation.w)


def compute_covariance(location: np.ndarray) -> np.ndarray:
    """(6, 6) of x y z in square metres and turns about x y z in square radians.

    Args:
        location: (3,) in metres.
    """
    distance = float(np.linalg.norm(location))
    ray = np.asarray(location, np.float64) / max(distance, 1e-6)
    along = np.outer(ray, ray)
    covariance = np.zeros((6, 6))
    covariance[:3, :3] = distance**2 * (
        RANGE_DEVIATION**2 * along + LATERAL_DEVIATION**2 * (np.eye(3) - along)
    )
    covariance[3:, 3:] = HEADING_DEVIATION**2 * np.diag((0.01, 1.0, 0.01))
    return covariance


def _box_to_message(boxes: Boxes3D, i: int, header: Header) -> Detection3D:
    height, width, length = boxes.dimensions[i].tolist()
    pose = compute_pose(boxes.locations[i], height, float(boxes.rotations_y[i]))
    hypothesis = ObjectHypothesis(class_id=str(boxes.labels[i]), score=float(boxes.scores[i]))
    covariance = compute_covariance(boxes.locations[i]).ravel()
    return Detection3D(
        header=header,
        results=[
            ObjectHypothesisWithPose(
                hypothesis=hypothesis, pose=PoseWithCovariance(pose=pose, covariance=covariance)
            )
        ],
        bbox=BoundingBox3D(center=pose, size=Vector3(x=length, y=width, z=height)),
    )
