"""COCO's result format: one dictionary per object, lists of which are a result file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from centernet_ros.structures import Detections, Poses

DECIMALS = 2


def to_coco_results(
    detections: Detections,
    image_id: int | str,
    category_ids: Sequence[int | str],
    decimals: int = DECIMALS,
    score_decimals: int = 5,
) -> list[dict[str, Any]]:
    """The objects of one image.

    Args:
        detections: boxes become x, y, width and height.
        image_id: of the image.
        category_ids: of each class.
        decimals: of pixels; the default is the authors'.
        score_decimals: 2 gives the ties that the authors' published figures contain.
    """
    corners, scores = detections.boxes.astype(float), detections.scores.astype(float)
    results = []
    for i, (x1, y1, x2, y2) in enumerate(corners.tolist()):
        result = {
            "image_id": image_id,
            "category_id": category_ids[int(detections.labels[i])],
            "bbox": [round(value, decimals) for value in (x1, y1, x2 - x1, y2 - y1)],
            "score": round(float(scores[i]), score_decimals),
        }
        if isinstance(detections, Poses):
            # The third number is not used by COCO's evaluation; the authors write 1 as well.
            result["keypoints"] = [
                value
                for x, y in detections.keypoints[i].astype(float).tolist()
                for value in (round(x, decimals), round(y, decimals), 1)
            ]
        results.append(result)
    return results
