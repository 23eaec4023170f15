"""Annotations as COCO has them <-> ground truth messages."""

from __future__ import annotations

from typing import Any

import numpy as np
from std_msgs.msg import Header
from vision_msgs.msg import BoundingBox2D, Detection2DArray

from centernet_ros.conversions.detections import box_from_message, detections_to_message
from centernet_ros.conversions.ground_truth import (
    ANNOTATIONS,
    BOXES,
    POSES,
    Messages,
    annotations_by_id,
)
from centernet_ros.conversions.poses import poses_from_message, poses_to_message
from centernet_ros.datasets.sample import Sample
from centernet_ros.msg import Annotation, AnnotationArray, HumanPoseArray
from centernet_ros.structures import Detections, Poses

Row = dict[str, Any]


def coco_to_messages(sample: Sample, persons: Sample | None, header: Header) -> dict[str, Any]:
    """Ground truth of one image by topic.

    Args:
        sample: the image's objects.
        persons: the image's persons with joints, None without.
        header: of all messages.
    """
    scores = np.ones(len(sample.labels))
    objects = detections_to_message(Detections(sample.boxes, scores, sample.labels), header)
    areas = sample.areas if sample.areas is not None else np.zeros(len(sample.labels))
    annotations = []
    for i, (object_id, detection) in enumerate(zip(sample.object_ids, objects.detections)):
        detection.id = object_id
        annotations.append(
            Annotation(id=detection.id, area=float(areas[i]), is_crowd=bool(sample.ignore[i]))
        )
    array = AnnotationArray(header=header, image_id=str(sample.key), annotations=annotations)
    return {BOXES: objects, ANNOTATIONS: array, POSES: _make_poses(persons, header)}


def _make_poses(persons: Sample | None, header: Header) -> HumanPoseArray:
    if persons is None:
        return HumanPoseArray(header=header)
    joints, count = persons.require_joints(), len(persons.labels)
    scores, labels = np.ones(count), np.zeros(count, int)
    known = joints.visibility / 2
    poses = Poses(persons.boxes, scores, labels, joints.points, known, skeleton=joints.skeleton)
    message = poses_to_message(poses, header)
    for number, pose in zip(persons.object_ids, message.poses):
        pose.id = number
    return message


def coco_boxes_from_messages(messages: Messages, image_id: int) -> list[Row]:
    """The boxes of one image as COCO's annotations without ids; categories are labels."""
    known = annotations_by_id(messages)
    return [
        _make_row(image_id, int(d.results[0].hypothesis.class_id), d.bbox, known.get(d.id))
        for d in messages.get(BOXES, Detection2DArray()).detections
    ]


def coco_poses_from_messages(messages: Messages, image_id: int, category_id: int) -> list[Row]:
    """The persons of one image as COCO's annotations without ids."""
    known = annotations_by_id(messages)
    message = messages.get(POSES, HumanPoseArray())
    poses = poses_from_message(message)
    rows = []
    for pose, points, scores in zip(message.poses, poses.keypoints, poses.keypoint_scores):
        joints = np.column_stack((points, np.rint(2 * scores)))
        keypoints = {
            "keypoints": joints.ravel().tolist(),
            "num_keypoints": int((scores > 0).sum()),
        }
        rows.append(_make_row(image_id, category_id, pose.bbox, known.get(pose.id)) | keypoints)
    return rows


def _make_row(
    image_id: int, category_id: int, box: BoundingBox2D, known: Annotation | None
) -> Row:
    x1, y1, x2, y2 = box_from_message(box)
    width, height = x2 - x1, y2 - y1
    return {
        "image_id": image_id,
        "category_id": category_id,
        "bbox": [x1, y1, width, height],
        "area": (known and known.area) or width * height,
        "iscrowd": int(bool(known and known.is_crowd)),
    }
