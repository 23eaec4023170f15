"""COCO's average precision of a data set's samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.metrics.coco_ap import evaluate_coco, make_coco
from centernet_ros.structures import Detections


def score_coco(data: DataSet, predictions: Sequence[Detections]) -> dict[str, float]:
    """COCO's figures of boxes, 0..1.

    Args:
        data: from `read_coco`.
        predictions: of each sample.
    """
    return _score(data, predictions, poses=False)


def score_poses(data: DataSet, predictions: Sequence[Detections]) -> dict[str, float]:
    """COCO's figures of persons' joints, 0..1; see `score_coco`."""
    return _score(data, predictions, poses=True)


def _score(data: DataSet, predictions: Sequence[Detections], poses: bool) -> dict[str, float]:
    # pycocotools takes an annotation of id 0 for none, so that images and objects get ids here.
    names = dict(enumerate(data.class_names))
    rows = [row for i, s in enumerate(data.samples) for row in list_annotations(s, i, poses)]
    ground_truth = make_coco(range(len(data.samples)), rows, names)
    labels = range(len(data.class_names))
    results = [
        result
        for i, detections in enumerate(predictions)
        for result in to_coco_results(detections, i, labels)
    ]
    if not poses:
        return evaluate_coco(ground_truth, results, "bbox")
    sigmas = data.skeleton.oks_sigmas if data.skeleton else None
    return evaluate_coco(ground_truth, results, "keypoints", sigmas=sigmas)


def list_annotations(sample: Sample, image_id: int, poses: bool) -> list[dict[str, Any]]:
    """The objects of a sample as COCO's annotations without ids; categories are labels."""
    sides = np.concatenate((sample.boxes[:, :2], sample.boxes[:, 2:] - sample.boxes[:, :2]), 1)
    areas = sample.areas if sample.areas is not None else sides[:, 2:].prod(1)
    rows: list[dict[str, Any]] = [
        {
            "image_id": image_id,
            "category_id": int(label),
            "bbox": box.tolist(),
            "area": float(area),
            "iscrowd": int(crowd),
        }
        for label, box, area, crowd in zip(sample.labels, sides, areas, sample.ignore)
    ]
    if poses:
        joints = sample.require_joints()
        for row, points, visibility in zip(rows, joints.points, joints.visibility):
            row["keypoints"] = np.column_stack((points, visibility)).ravel().tolist()
            row["num_keypoints"] = int((visibility > 0).sum())
    return rows


def to_results(data: DataSet, predictions: Sequence[Detections]) -> list[dict[str, Any]]:
    """The contents of a COCO result file, with the ids of the data set's own file."""
    return [
        result
        for sample, detections in zip(data.samples, predictions)
        for result in to_coco_results(detections, sample.key, data.category_ids)
        if result["category_id"] != -1
    ]
