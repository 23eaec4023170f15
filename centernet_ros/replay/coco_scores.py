"""Published 2D boxes and poses against the ground truth, by COCO's measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.coco_ground_truth import (
    coco_boxes_from_messages,
    coco_poses_from_messages,
)
from centernet_ros.conversions.detections import detections_from_message
from centernet_ros.conversions.poses import poses_from_message
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.labels import PERSON_CLASSES
from centernet_ros.metrics.coco_ap import Kind, make_coco, name_figures, run_evaluation
from centernet_ros.metrics.coco_curves import average_by_class, average_curves
from centernet_ros.metrics.mistakes import count_coco_mistakes
from centernet_ros.msg import HumanPoseArray
from centernet_ros.replay.recording import Recording
from centernet_ros.replay.score import CONFIDENCE_THRESHOLD, Score
from centernet_ros.skeleton import number_joints

Rows = list[dict[str, Any]]
SUMMARY = ("AP", "AP50")
# Decimals of pixels and scores: as published, not as result files round.
EXACT = (6, 9)


def score_boxes(recording: Recording) -> Score:
    """Of the classes that both the detector and the ground truth know; others do not count.

    Raises:
        ValueError: there is no such class.
    """
    names = recording.names.get("detections", {})
    common = {i: name for i, name in recording.gt_names.items() if name in names.values()}
    if not common:
        raise ValueError(
            f"the detector finds {', '.join(names.values()) or 'nothing that it names'}, none of "
            f"which is in the ground truth: {', '.join(recording.gt_names.values())}"
        )
    ids = {name: i for i, name in common.items()}
    category_ids = [ids.get(names.get(i, ""), -1) for i in range(max(names) + 1)]
    gt, predictions = [], []
    for i, frame in enumerate(recording.frames):
        gt += coco_boxes_from_messages(frame.ground_truth, i)
        message = frame.predictions.get("detections", Detection2DArray())
        predictions += to_coco_results(detections_from_message(message), i, category_ids, *EXACT)
    return _score(
        len(recording.frames),
        [row for row in gt if row["category_id"] in common],
        [row for row in predictions if row["category_id"] >= 0],
        common,
        "bbox",
    )


def score_poses(recording: Recording) -> Score:
    """Of persons, or of the one class of the ground truth, by their joints.

    Raises:
        ValueError: detector and ground truth have other joints.
    """
    gt, predictions = [], []
    for i, frame in enumerate(recording.frames):
        gt += coco_poses_from_messages(frame.ground_truth, i, 0)
        message = frame.predictions.get("keypoints", HumanPoseArray())
        predictions += to_coco_results(poses_from_message(message), i, [0], *EXACT)
    # Where there are several classes, persons are those whose joints are known.
    known = list(recording.gt_names.values())
    names = dict(enumerate(known if len(known) == 1 else PERSON_CLASSES))
    counts = {len(row["keypoints"]) // 3 for row in (*gt, *predictions)}
    if len(counts) > 1:
        raise ValueError(f"{' and '.join(map(str, sorted(counts)))} joints, expected as many")
    sigmas = recording.sigmas
    if counts and len(sigmas) not in counts:
        sigmas = number_joints(max(counts)).oks_sigmas
    return _score(len(recording.frames), gt, predictions, names, "keypoints", sigmas or None)


def _score(
    count: int,
    gt: Rows,
    predictions: Rows,
    names: Mapping[int, str],
    kind: Kind,
    sigmas: Sequence[float] | None = None,
) -> Score:
    coco = make_coco(range(count), gt, names)
    evaluation = run_evaluation(coco, predictions, kind, sigmas=sigmas)
    mistakes = count_coco_mistakes(evaluation, CONFIDENCE_THRESHOLD)
    figures, classes = name_figures(evaluation), average_by_class(evaluation)
    return Score(
        figures,
        classes,
        {
            f"IoU {overlap}" if kind == "bbox" else f"OKS {overlap}": curve
            for overlap, curve in average_curves(evaluation).items()
        },
        [mistakes[i] for i in range(count)],
        {name: figures[name] for name in SUMMARY},
        classes,
    )
