"""Ids that were published, against the ground truth's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.class_ids import DetectionArray
from centernet_ros.conversions.detections import detections_from_message
from centernet_ros.conversions.ground_truth import BOXES
from centernet_ros.metrics.track_metrics import score_ids
from centernet_ros.replay.kitti_scores import read_boxes
from centernet_ros.replay.recording import RecordedFrame, Recording
from centernet_ros.structures import Detections

TRACKED = ("detections", "detections_3d")
NOTHING = Detections(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))


def score_tracks(recording: Recording, outputs: Sequence[str]) -> dict[str, dict[str, float]]:
    """MOTA, IDF1 and switches by result topic, where true ids last from image to image.

    Objects of classes that the detector does not name are passed over, and so are detections
    without an id. Boxes in space count by what surrounds them in the image.

    Args:
        recording: with ground truth.
        outputs: the result topics that the detector publishes.
    """
    return {
        output: score_ids(
            (_read_truth(recording, frame, output), _read_found(frame, output))
            for frame in recording.frames
        )
        for output in outputs
        if output in TRACKED and recording.has(BOXES)
    }


def _read_truth(recording: Recording, frame: RecordedFrame, output: str) -> Detections:
    """The true objects that the detector has a class for, by its labels."""
    message = frame.ground_truth.get(BOXES, Detection2DArray())
    labels = {name: label for label, name in recording.names.get(output, {}).items()}
    truth = _add_ids(detections_from_message(message), message)
    names = [recording.gt_names.get(label, "") for label in truth.labels.tolist()]
    truth = replace(truth, labels=np.array([labels.get(name, -1) for name in names], np.int64))
    return truth[truth.labels >= 0]


def _read_found(frame: RecordedFrame, output: str) -> Detections:
    message = frame.predictions.get(output)
    if message is None:
        return NOTHING
    found = read_boxes(frame) if output == "detections_3d" else detections_from_message(message)
    return NOTHING if found is None else _add_ids(found, message)


def _add_ids(found: Detections, message: DetectionArray) -> Detections:
    return replace(found, ids=np.array([each.id for each in message.detections], object))
