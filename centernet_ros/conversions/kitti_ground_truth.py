"""KITTI's labels <-> ground truth messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.conversions.detections import box_from_message, detections_to_message
from centernet_ros.conversions.detections3d import boxes3d_to_message, place_from_message
from centernet_ros.conversions.ground_truth import (
    ANNOTATIONS,
    BOXES,
    BOXES_3D,
    Messages,
    annotations_by_id,
)
from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.labels import KITTI_TYPES
from centernet_ros.msg import Annotation, AnnotationArray
from centernet_ros.structures import Boxes3D, Detections


def kitti_to_messages(
    frame: str,
    labels: KittiLabels,
    header: Header,
    class_names: Sequence[str] = KITTI_TYPES,
    ids: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Ground truth of one frame by topic.

    Args:
        frame: its name.
        labels: N objects.
        header: of the messages.
        class_names: by label; objects of others are left out.
        ids: of the objects, their numbers in the frame if None.
    """
    known = np.isin(labels.names, class_names)
    chosen = [str(i) for i in range(known.sum())] if ids is None else list(compress(ids, known))
    labels = labels[known]
    classes = np.array([class_names.index(name) for name in labels.names], int)
    scores = np.ones(len(classes))
    flat = detections_to_message(Detections(labels.boxes, scores, classes), header)
    space = np.flatnonzero(labels.dimensions.min(1) > 0)
    boxes = Boxes3D(
        labels.boxes, scores, classes,
        labels.locations, labels.dimensions, labels.rotations_y, labels.alphas,
        np.zeros(len(classes)),
    )  # fmt: skip
    solid = boxes3d_to_message(boxes[space], header)
    for object_id, detection in zip(chosen, flat.detections):
        detection.id = object_id
    for i, detection in zip(space, solid.detections):
        detection.id = chosen[i]
    annotations = [
        Annotation(
            id=chosen[i],
            truncation=float(labels.truncations[i]),
            occlusion=int(labels.occlusions[i]),
            alpha=float(labels.alphas[i]),
        )
        for i in range(len(classes))
    ]
    array = AnnotationArray(header=header, image_id=frame, annotations=annotations)
    return {BOXES: flat, BOXES_3D: solid, ANNOTATIONS: array}


def kitti_from_messages(messages: Messages, names: Mapping[int, str]) -> KittiLabels:
    """The inverse of kitti_to_messages.

    An object without Annotation is seen in full, one without a 2D box is left out.

    Args:
        names: by label.
    """
    known = annotations_by_id(messages)
    flat = messages.get(BOXES, Detection2DArray()).detections
    rows = {detection.id: i for i, detection in enumerate(flat)}
    annotations = [known.get(d.id, Annotation(truncation=0.0, occlusion=0)) for d in flat]
    # What label files have for the place in space of "DontCare".
    dimensions, locations = np.full((len(flat), 3), -1.0), np.full((len(flat), 3), -1000.0)
    rotations_y = np.full(len(flat), -10.0)
    for detection in messages.get(BOXES_3D, Detection3DArray()).detections:
        if detection.id in rows:
            i = rows[detection.id]
            locations[i], dimensions[i], rotations_y[i] = place_from_message(detection.bbox)
    return KittiLabels(
        np.array([names[int(d.results[0].hypothesis.class_id)] for d in flat], dtype=str),
        np.array([box_from_message(d.bbox) for d in flat]).reshape(-1, 4),
        np.array([annotation.alpha for annotation in annotations]),
        dimensions,
        locations,
        rotations_y,
        np.array([annotation.truncation for annotation in annotations]),
        np.array([annotation.occlusion for annotation in annotations]),
        np.full(len(flat), np.nan),
    )
