"""What the detector published for an image, drawn over it."""

from __future__ import annotations

import numpy as np

from centernet_ros.conversions.camera_model import camera_from_info
from centernet_ros.conversions.detections import detections_from_message
from centernet_ros.conversions.detections3d import boxes3d_from_message
from centernet_ros.conversions.poses import poses_from_message
from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.labels import PERSON_CLASSES
from centernet_ros.replay.recording import RecordedFrame, Recording
from centernet_ros.replay.score import CONFIDENCE_THRESHOLD
from centernet_ros.structures import Image
from centernet_ros.visualization.overview import draw_overview


def draw_found(recording: Recording, frame: RecordedFrame, image: Image) -> np.ndarray:
    """(H, W, 3) uint8 BGR: everything found with a score of CONFIDENCE_THRESHOLD."""
    predictions, projection = [], None
    if "detections" in frame.predictions:
        predictions.append(
            (detections_from_message(frame.predictions["detections"]), "detections")
        )
    if "keypoints" in frame.predictions:
        predictions.append((poses_from_message(frame.predictions["keypoints"]), "keypoints"))
    if "detections_3d" in frame.predictions and frame.camera_info:
        projection = camera_from_info(frame.camera_info, image.size, True).projection
        boxes = boxes3d_from_message(frame.predictions["detections_3d"], projection, image.size)
        predictions.append((boxes, "detections_3d"))
    names = {"keypoints": dict(enumerate(PERSON_CLASSES)), **recording.names}
    sure = [
        (filter_detections(objects, CONFIDENCE_THRESHOLD), names.get(topic, {}))
        for objects, topic in predictions
    ]
    return draw_overview(image, sure, projection)
