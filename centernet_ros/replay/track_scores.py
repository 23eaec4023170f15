"""Ids over time against the ground truth's, by the metrics of the MOT challenges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import motmetrics
import numpy as np
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.detections import box_from_message
from centernet_ros.conversions.ground_truth import BOXES
from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.replay.kitti_scores import read_predictions
from centernet_ros.replay.recording import RecordedFrame, Recording

# An id belongs to a true object of its class if their boxes overlap so much.
MIN_IOU = 0.5
METRICS = {
    "mota": "MOTA",
    "idf1": "IDF1",
    "num_switches": "id switches",
    "num_objects": "objects",
}
TRACKED = ("detections", "detections_3d")


def score_tracks(recording: Recording, outputs: Sequence[str]) -> dict[str, dict[str, float]]:
    """MOTA, IDF1 and switches by result topic, where true ids last from image to image.

    Objects of classes that the detector does not name are passed over, and so are detections
    without an id. Boxes in space count by what surrounds them in the image.

    Args:
        recording: with ground truth.
        outputs: the result topics that the detector publishes.
    """
    return {
        output: _score(recording, output)
        for output in outputs
        if output in TRACKED and recording.has(BOXES)
    }


def _score(recording: Recording, output: str) -> dict[str, float]:
    names = recording.names.get(output, {})
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for frame in recording.frames:
        truth = frame.ground_truth.get(BOXES, Detection2DArray())
        gt = [
            (d.id, recording.gt_names.get(int(d.results[0].hypothesis.class_id), ""), d.bbox)
            for d in truth.detections
        ]
        gt = [row for row in gt if row[1] in names.values()]
        ids, classes, boxes = _read_found(frame, output, names)
        known = np.array([bool(each) for each in ids], bool)
        true_boxes = np.array([box_from_message(box) for _, _, box in gt]).reshape(-1, 1, 4)
        overlaps = compute_iou(true_boxes, boxes[known])
        same = np.array([name for _, name, _ in gt], object)[:, None] == classes[known]
        distances = np.where((overlaps >= MIN_IOU) & same, 1 - overlaps, np.nan)
        accumulator.update([each for each, _, _ in gt], [i for i in ids if i], distances)
    summary = motmetrics.metrics.create().compute(accumulator, metrics=list(METRICS))
    return {title: float(summary[metric].iloc[0]) for metric, title in METRICS.items()}


def _read_found(
    frame: RecordedFrame, output: str, names: Mapping[int, str]
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Ids, (N,) names and (N, 4) boxes of what was published for an image."""
    message = frame.predictions.get(output, Detection2DArray())
    ids = [detection.id for detection in message.detections]
    if output == "detections_3d":
        labels = read_predictions(frame, dict(names))
        return ids[: len(labels.names)], labels.names.astype(object), labels.boxes
    classes = [names[int(d.results[0].hypothesis.class_id)] for d in message.detections]
    boxes = np.array([box_from_message(d.bbox) for d in message.detections])
    return ids, np.array(classes, object), boxes.reshape(-1, 4)
