"""COCO's average precision of a data set's samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.metrics.coco_ap import evaluate_coco
from centernet_ros.structures import Detections


def score_coco(data: DataSet, found: Sequence[Detections]) -> dict[str, float]:
    """COCO's figures of boxes, 0..1.

    Args:
        data: from `read_coco`.
        found: of each sample.
    """
    return evaluate_coco(data.truth, to_results(data, found), "bbox", _ids(data))


def score_poses(data: DataSet, found: Sequence[Detections]) -> dict[str, float]:
    """COCO's figures of persons' joints, 0..1; see `score_coco`."""
    return evaluate_coco(data.truth, to_results(data, found), "keypoints", _ids(data))


def _ids(data: DataSet) -> list[int]:
    return [sample.key for sample in data.samples]


def to_results(data: DataSet, found: Sequence[Detections]) -> list[dict[str, Any]]:
    """The contents of a COCO result file."""
    ids = {category["name"]: i for i, category in data.truth.cats.items()}
    # A class of the network that the data set lacks cannot be found in it.
    category_ids = [ids.get(name, -1) for name in data.class_names]
    return [
        result
        for sample, detections in zip(data.samples, found)
        for result in to_coco_results(detections, sample.key, category_ids)
        if result["category_id"] >= 0
    ]
