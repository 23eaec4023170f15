"""COCO's average precision of boxes and of poses, by pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from centernet_ros.formats.coco import to_coco_results
from centernet_ros.structures import Detections
from training.data_sets.sample import DataSet

BOX_METRICS = (
    "AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large",
    "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large",
)  # fmt: skip
POSE_METRICS = (
    "AP", "AP50", "AP75", "AP_medium", "AP_large",
    "AR", "AR50", "AR75", "AR_medium", "AR_large",
)  # fmt: skip


def score_coco(data: DataSet, found: Sequence[Detections]) -> dict[str, float]:
    """COCO's figures of boxes, 0..1.

    Args:
        data: from `read_coco`.
        found: of each sample.
    """
    return compute_ap(data.truth, to_results(data, found), "bbox", _ids(data))


def score_poses(data: DataSet, found: Sequence[Detections]) -> dict[str, float]:
    """COCO's figures of persons' joints, 0..1; see `score_coco`."""
    return compute_ap(data.truth, to_results(data, found), "keypoints", _ids(data))


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


def compute_ap(
    coco: COCO, results: list[dict[str, Any]], kind: str, image_ids: Sequence[int]
) -> dict[str, float]:
    """Figures of a result list.

    Args:
        coco: the truth.
        results: in COCO's result format.
        kind: "bbox" or "keypoints".
        image_ids: the pictures that count.
    """
    metrics = BOX_METRICS if kind == "bbox" else POSE_METRICS
    if not results:
        return dict.fromkeys(metrics, 0.0)
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(coco, coco.loadRes(results), kind)
        evaluation.params.imgIds = sorted(image_ids)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(metrics, evaluation.stats.tolist()))
