"""Every output for which there is ground truth, scored."""

from __future__ import annotations

from collections.abc import Callable

from centernet_ros.conversions.ground_truth import BOXES, BOXES_3D, POSES
from centernet_ros.replay.coco_scores import score_boxes, score_poses
from centernet_ros.replay.kitti_scores import score_boxes3d
from centernet_ros.replay.recording import Recording
from centernet_ros.replay.score import Score

# Result topic -> topic of the ground truth, and how they are compared.
SCORES: dict[str, tuple[str, Callable[[Recording], Score]]] = {
    "detections": (BOXES, score_boxes),
    "detections_3d": (BOXES_3D, score_boxes3d),
    "keypoints": (POSES, score_poses),
}


def score_recording(
    recording: Recording, outputs: list[str]
) -> tuple[dict[str, Score], list[str]]:
    """Scores by result topic, and why some outputs have none.

    Args:
        outputs: the result topics that the detector publishes.
    """
    scores, notes = {}, []
    for output in outputs:
        topic, score = SCORES[output]
        if not recording.has(topic):
            notes.append(f"{output}: no ground truth on {topic}")
            continue
        try:
            scores[output] = score(recording)
        except ValueError as error:
            notes.append(f"{output}: {error}")
    return scores, notes
