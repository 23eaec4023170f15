"""COCO's annotations <-> ground truth messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from centernet_ros.msg import Annotation, AnnotationArray, HumanPoseArray
from centernet_ros.structures import Detections, Poses

Row = dict[str, Any]


def coco_to_messages(
    image_id: int, rows: Sequence[Row], labels: Mapping[int, int], header: Header
) -> dict[str, Any]:
    """Ground truth of one image by topic; poses where rows have keypoints.

    Args:
        rows: the image's part of "annotations".
        labels: category id -> label.
    """
    boxes = _read_boxes(rows)
    classes = np.array([labels[row["category_id"]] for row in rows], int)
    objects = detections_to_message(Detections(boxes, np.ones(len(rows)), classes), header)
    annotations = []
    for row, detection in zip(rows, objects.detections):
        detection.id = str(row["id"])
        area, crowd = float(row.get("area", 0)), bool(row.get("iscrowd"))
        annotations.append(Annotation(id=detection.id, area=area, is_crowd=crowd))
    messages = {
        BOXES: objects,
        ANNOTATIONS: AnnotationArray(
            header=header, image_id=str(image_id), annotations=annotations
        ),
    }
    return messages | {POSES: _make_poses([row for row in rows if "keypoints" in row], header)}


def _read_boxes(rows: Sequence[Row]) -> np.ndarray:
    """(N, 4) x1 y1 x2 y2."""
    boxes = np.array([row["bbox"] for row in rows], float).reshape(-1, 4)
    return np.concatenate((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), 1)


def _make_poses(rows: Sequence[Row], header: Header) -> HumanPoseArray:
    count = len(rows)
    joints = np.array([row["keypoints"] for row in rows], float)
    joints = joints.reshape(count, joints.shape[-1] // 3, 3)
    scores, classes = np.ones(count), np.zeros(count, int)
    poses = Poses(_read_boxes(rows), scores, classes, joints[..., :2], joints[..., 2] / 2)
    message = poses_to_message(poses, header)
    for row, pose in zip(rows, message.poses):
        pose.id = str(row["id"])
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
