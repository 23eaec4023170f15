"""Boxes3D <-> vision_msgs/Detection3DArray.

Boxes3D stand on their bottom and turn about the camera's y axis, as in KITTI. A Detection3D has
its geometric centre, and the orientation of its body axes (REP-103: x forward, y left, z up) in
the optical frame; its size is length, width and height along them.
"""

from __future__ import annotations

import math

import numpy as np
from geometry_msgs.msg import Pose, Quaternion
from std_msgs.msg import Header
from vision_msgs.msg import (
    BoundingBox3D,
    Detection3D,
    Detection3DArray,
    ObjectHypothesisWithPose,
)

from centernet_ros.geometry.angles import rotation_y_to_alpha
from centernet_ros.geometry.boxes3d import compute_corners, compute_middles
from centernet_ros.geometry.projection import project
from centernet_ros.structures import Boxes3D

# What monocular 3D is good for: one standard deviation across the viewing ray as a share of the
# distance, and of the heading in radians; docs/scenes.md has what was measured.
LATERAL_DEVIATION, HEADING_DEVIATION = 0.02, 0.2


def boxes3d_to_message(boxes: Boxes3D, header: Header) -> Detection3DArray:
    """One Detection3D per box; class_id is the label as a decimal."""
    headings = boxes.heading_deviations
    covariances = compute_covariances(
        boxes.locations,
        boxes.depth_deviations,
        np.full(len(boxes), HEADING_DEVIATION) if headings is None else headings,
    ).reshape(-1, 36)
    detections = [_box_to_message(boxes, i, one, header) for i, one in enumerate(covariances)]
    for detection, object_id in zip(detections, boxes.list_ids()):
        detection.id = object_id
    return Detection3DArray(header=header, detections=detections)


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
    centres = project(compute_middles(dimensions, locations), projection)
    return Boxes3D(
        np.concatenate((low.clip(0, limit), high.clip(0, limit)), 1),
        np.array([hypothesis.score for hypothesis in hypotheses]),
        np.array([int(hypothesis.class_id) for hypothesis in hypotheses], np.int64),
        locations,
        dimensions,
        rotations_y,
        rotation_y_to_alpha(rotations_y, centres[:, 0], projection),
        np.sqrt([max(d.results[0].pose.covariance[14], 0.0) for d in message.detections]),
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
    x, y, z = location.tolist()
    # A quarter turn about x brings the body's z from down the image to up; then the heading.
    half, quarter = rotation_y / 2, math.sqrt(0.5)
    cosine, sine = quarter * math.cos(half), quarter * math.sin(half)
    pose = Pose()
    position, orientation = pose.position, pose.orientation
    position.x, position.y, position.z = x, y - height / 2, z
    orientation.w, orientation.x, orientation.y, orientation.z = cosine, cosine, sine, -sine
    return pose


def heading_of(orientation: Quaternion) -> float:
    """The rotation_y of a box whose body axes have an orientation made by compute_pose."""
    return 2 * math.atan2(orientation.y, orientation.w)


def compute_covariances(
    locations: np.ndarray, depth_deviations: np.ndarray, heading_deviations: np.ndarray
) -> np.ndarray:
    """(N, 6, 6) of x y z in square metres and turns about x y z in square radians.

    Args:
        locations: (N, 3) in metres.
        depth_deviations: (N,) one standard deviation of z in metres.
        heading_deviations: (N,) one standard deviation of the heading in radians.
    """
    rays = np.asarray(locations, np.float64)[..., None]
    # Of the length of the distance, so that shares of it come out in metres.
    along = rays @ rays.transpose(0, 2, 1)
    across = (rays**2).sum(1, keepdims=True) * np.eye(3) - along
    covariances = np.zeros((len(rays), 6, 6))
    # A point moves along its viewing ray by the same share as its depth does.
    shares = (depth_deviations / np.maximum(rays[:, 2, 0], 1e-6)).reshape(-1, 1, 1)
    covariances[:, :3, :3] = shares**2 * along + LATERAL_DEVIATION**2 * across
    covariances[:, 3:, 3:] = np.einsum(
        "n,ij->nij", np.square(heading_deviations), np.diag((0.01, 1.0, 0.01))
    )
    return covariances


def _box_to_message(boxes: Boxes3D, i: int, covariance: np.ndarray, header: Header) -> Detection3D:
    # Fields are set where they are, as conversions/detections.py says.
    detection, result = Detection3D(header=header), ObjectHypothesisWithPose()
    height, width, length = boxes.dimensions[i].tolist()
    size = detection.bbox.size
    size.x, size.y, size.z = length, width, height
    detection.bbox.center = compute_pose(boxes.locations[i], height, float(boxes.rotations_y[i]))
    result.hypothesis.class_id = str(boxes.labels[i])
    result.hypothesis.score = float(boxes.scores[i])
    result.pose.pose, result.pose.covariance = detection.bbox.center, covariance
    detection.results = [result]
    return detection
