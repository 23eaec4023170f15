"""Published 3D boxes against the ground truth, by KITTI's measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from centernet_ros.conversions.camera_model import camera_from_info
from centernet_ros.conversions.detections3d import boxes3d_from_message
from centernet_ros.conversions.ground_truth import BOXES
from centernet_ros.conversions.kitti_ground_truth import kitti_from_messages
from centernet_ros.io.kitti_format import KittiLabels, parse_kitti_results
from centernet_ros.metrics.kitti_ap import (
    CLASSES,
    DIFFICULTIES,
    RECALL_POINTS,
    average_curves,
    compute_curves,
    overlap_frames,
    sort_gt,
)
from centernet_ros.metrics.kitti_depth import measure_coverage, measure_relative_error
from centernet_ros.metrics.kitti_samples import MIN_SCORE
from centernet_ros.metrics.mistakes import count_kitti_mistakes
from centernet_ros.replay.recording import RecordedFrame, Recording
from centernet_ros.replay.score import CONFIDENCE_THRESHOLD, Score
from centernet_ros.structures import Boxes3D

# Names for people; cars count as found at an overlap of 0.7, or 0.5 with the authors', others at
# 0.5, or 0.25.
MEASURES = {
    "2d": "2D",
    "aos": "AOS",
    "bev": "BEV",
    "3d": "3D",
    "bev_authors": "BEV, authors' overlap",
    "3d_authors": "3D, authors' overlap",
}
SUMMARY = ("2d", "3d_authors")
LEVELS = ("easy", "moderate", "hard")


def score_boxes3d(recording: Recording) -> Score:
    """Average precision in percent at 40 recall points, with the official overlaps.

    "bev_authors" and "3d_authors" are with those of CenterNet's authors, which are smaller.
    2D boxes are those around the projected corners.

    Raises:
        ValueError: the ground truth has no 2D boxes, which say how hard an object is.
    """
    if not recording.has(BOXES):
        raise ValueError(f"KITTI's measures need {BOXES} too")
    names = recording.names.get("detections_3d", {})
    gt = [
        kitti_from_messages(frame.ground_truth, recording.gt_names) for frame in recording.frames
    ]
    boxes = [read_boxes(frame) for frame in recording.frames]
    predictions = [make_labels(of_frame, names) for of_frame in boxes]
    scored = choose_classes(gt, recording.gt_names.values(), names.values())
    curves = compute_curves(gt, predictions, class_names=scored)
    by_authors = average_curves(compute_curves(gt, predictions, "authors", scored))
    figures = {
        name: of_class
        | {"bev_authors": by_authors[name]["bev"], "3d_authors": by_authors[name]["3d"]}
        for name, of_class in average_curves(curves).items()
    }
    data = overlap_frames(gt, predictions)
    objects = {
        name: [int(sort_gt(data.gt, name, difficulty)[0].sum()) for difficulty in DIFFICULTIES]
        for name in figures
    }
    present = [name for name in figures if objects[name][-1]]
    depth = measure_depth(gt, predictions, boxes)
    table: dict[str, Mapping[str, float]] = {}
    for name in present:
        table[f"{name} objects"] = dict(zip(LEVELS, objects[name]))
        for metric, points in figures[name].items():
            table[f"{name} {MEASURES[metric]}"] = dict(zip(LEVELS, points["R40"]))
    return Score(
        {
            f"{name}_{metric}_{level}": points["R40"][i]
            for name, of_class in figures.items()
            for metric, points in of_class.items()
            for i, level in enumerate(LEVELS)
        }
        | depth,
        {
            name: {metric: points["R40"][1] for metric, points in of_class.items()}
            | {"objects": objects[name][1]}
            for name, of_class in figures.items()
        },
        {
            f"{name} 3D, moderate": (np.linspace(0, 1, RECALL_POINTS), of_class["3d"][1])
            for name, of_class in curves.items()
            if name in present
        },
        count_kitti_mistakes(gt, predictions, CONFIDENCE_THRESHOLD, scored),
        {
            f"{name} {MEASURES[metric]}, moderate": figures[name][metric]["R40"][1]
            for name in present
            for metric in SUMMARY
        }
        | depth,
        table,
    )


def choose_classes(
    gt: Sequence[KittiLabels], gt_names: Iterable[str], names: Iterable[str]
) -> list[str]:
    """KITTI's classes that the ground truth knows, and of others those that both have.

    Args:
        gt: of each frame.
        gt_names: names of the ground truth's classes.
        names: of the network's.
    """
    kitti = {name.lower() for name in CLASSES}
    known = {name.lower() for name in gt_names}
    present = {name for frame in gt for name in frame.names.tolist()}
    own = [name for name in names if name in present and name.lower() not in kitti]
    return [*(name for name in CLASSES if name.lower() in known), *own]


def measure_depth(
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    boxes: Sequence[Boxes3D | None],
) -> dict[str, float]:
    """How far off the published distances are, and whether their deviations say so.

    Args:
        gt, predictions: of each frame.
        boxes: that the predictions were made from.

    Returns:
        name -> share, 0..1, of what was found; empty if nothing was.
    """
    likely, deviations = [], []
    for found, of_frame in zip(predictions, boxes):
        keep = found.scores >= MIN_SCORE
        own = np.zeros(0) if of_frame is None else of_frame.depth_deviations
        deviations.append(np.maximum(own, 1e-6)[keep])
        likely.append(found[keep])
    error = measure_relative_error(gt, likely)
    if np.isnan(error):
        return {}
    one, two = measure_coverage(gt, likely, deviations)
    return {
        "median error of depth up to 40 m, share": error,
        "depths within one standard deviation, share": one,
        "depths within two standard deviations, share": two,
    }


def read_boxes(frame: RecordedFrame) -> Boxes3D | None:
    """The boxes in space that were published for an image; None without its calibration."""
    message, info = frame.predictions.get("detections_3d"), frame.camera_info
    if message is None or info is None:
        return None
    size = info.height, info.width
    return boxes3d_from_message(message, camera_from_info(info, size, True).projection, size)


def make_labels(boxes: Boxes3D | None, names: Mapping[int, str]) -> KittiLabels:
    """What was published for an image as KITTI's results, none without boxes."""
    if boxes is None:
        return parse_kitti_results("")
    count = len(boxes)
    return KittiLabels(
        np.array([names.get(label, str(label)) for label in boxes.labels.tolist()], dtype=str),
        boxes.boxes,
        boxes.alphas,
        boxes.dimensions,
        boxes.locations,
        boxes.rotations_y,
        np.zeros(count),
        np.zeros(count),
        boxes.scores,
    )
