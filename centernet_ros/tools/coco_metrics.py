"""COCO average precision, by pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from centernet_ros.structures import Detections, Poses

METRICS = (
    "AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large",
    "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large",
)  # fmt: skip
POSE_METRICS = (
    "AP", "AP50", "AP75", "AP_medium", "AP_large", "AR", "AR50", "AR75", "AR_medium", "AR_large",
)  # fmt: skip


def score_boxes(
    coco: COCO, found: Mapping[int, Detections], class_names: Mapping[int, str]
) -> dict[str, float]:
    """COCO's twelve box metrics over all images of a data set.

    Args:
        coco: the ground truth.
        found: image id -> detections in pixels of the image.
        class_names: label -> name; classes are matched by name.

    Raises:
        ValueError: a class that the data set does not have.
    """
    categories = {category["name"]: category["id"] for category in coco.cats.values()}
    unknown = set(class_names.values()) - categories.keys()
    if unknown:
        raise ValueError(f"the data set has no class {', '.join(sorted(unknown))}")
    results = [
        {
            "image_id": image_id,
            "category_id": categories[class_names[int(label)]],
            "bbox": [*box[:2].tolist(), *(box[2:] - box[:2]).tolist()],
            "score": float(score),
        }
        for image_id, detections in found.items()
        for box, score, label in zip(detections.boxes, detections.scores, detections.labels)
    ]
    return summarise(coco, results, "bbox", METRICS)


def score_poses(coco: COCO, found: Mapping[int, Poses]) -> dict[str, float]:
    """COCO's ten keypoint metrics over all images of a data set.

    Args:
        coco: the ground truth, of persons.
        found: image id -> poses in pixels of the image.
    """
    results = [
        {
            "image_id": image_id,
            "category_id": 1,
            "keypoints": [value for x, y in joints.tolist() for value in (x, y, 1)],
            "score": float(score),
        }
        for image_id, poses in found.items()
        for joints, score in zip(poses.keypoints, poses.scores)
    ]
    return summarise(coco, results, "keypoints", POSE_METRICS)


def summarise(
    coco: COCO, results: list[dict[str, Any]], kind: str, names: Sequence[str]
) -> dict[str, float]:
    """The metrics of a kind, "bbox" or "keypoints", of results in COCO's format."""
    if not results:
        return dict.fromkeys(names, 0.0)
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools reports on stdout
        evaluation = COCOeval(coco, coco.loadRes(results), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(names, evaluation.stats.tolist()))
