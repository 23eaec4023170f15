"""vision_msgs/Detection2DArray and LabelInfo <-> Detections and class names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from std_msgs.msg import Header
from vision_msgs.msg import (
    BoundingBox2D,
    Detection2D,
    Detection2DArray,
    LabelInfo,
    ObjectHypothesisWithPose,
    VisionClass,
)

from centernet_ros.structures import Detections


def detections_to_message(detections: Detections, header: Header) -> Detection2DArray:
    """One Detection2D per object; class_id is the label as a decimal, LabelInfo has its name.

    Its id is empty where nobody tracks the objects.
    """
    rows = zip(
        detections.boxes.tolist(),
        detections.scores.tolist(),
        detections.labels.tolist(),
        detections.list_ids(),
    )
    return Detection2DArray(
        header=header, detections=[_object_to_message(*row, header) for row in rows]
    )


def detections_from_message(message: Detection2DArray) -> Detections:
    """The inverse of detections_to_message; of several hypotheses the first counts."""
    boxes = np.array([box_from_message(d.bbox) for d in message.detections], np.float32)
    hypotheses = [detection.results[0].hypothesis for detection in message.detections]
    return Detections(
        boxes.reshape(-1, 4),
        np.array([hypothesis.score for hypothesis in hypotheses], np.float32),
        np.array([int(hypothesis.class_id) for hypothesis in hypotheses], np.int64),
    )


def fill_box(message: BoundingBox2D, box: Sequence[float]) -> None:
    """x1 y1 x2 y2 to centre and size, both in pixels."""
    x1, y1, x2, y2 = box
    centre = message.center.position
    centre.x, centre.y = (x1 + x2) / 2, (y1 + y2) / 2
    message.size_x, message.size_y = x2 - x1, y2 - y1


def box_from_message(box: BoundingBox2D) -> tuple[float, float, float, float]:
    """Centre and size to x1 y1 x2 y2, both in pixels."""
    x, y = box.center.position.x, box.center.position.y
    return x - box.size_x / 2, y - box.size_y / 2, x + box.size_x / 2, y + box.size_y / 2


def labels_to_message(class_names: Sequence[str], threshold: float, header: Header) -> LabelInfo:
    """The names behind class ids 0, 1, ... and the score below which nothing is published."""
    classes = [VisionClass(class_id=i, class_name=name) for i, name in enumerate(class_names)]
    return LabelInfo(header=header, class_map=classes, threshold=threshold)


def labels_from_message(message: LabelInfo) -> dict[int, str]:
    """The names by class id."""
    return {entry.class_id: entry.class_name for entry in message.class_map}


def _object_to_message(
    box: Sequence[float], score: float, label: int, object_id: str, header: Header
) -> Detection2D:
    # Fields are set where they are: what a constructor is given is made a second time by default.
    detection, result = Detection2D(), ObjectHypothesisWithPose()
    detection.header, detection.id = header, object_id
    result.hypothesis.class_id = str(label)
    result.hypothesis.score = score
    detection.results = [result]
    fill_box(detection.bbox, box)
    return detection
