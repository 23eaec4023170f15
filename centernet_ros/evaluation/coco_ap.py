"""COCO's average precision of boxes and of poses, by pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any, Literal

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

Kind = Literal["bbox", "keypoints"]
METRICS: dict[Kind, tuple[str, ...]] = {
    "bbox": (
        "AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large",
        "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large",
    ),
    "keypoints": (
        "AP", "AP50", "AP75", "AP_medium", "AP_large",
        "AR", "AR50", "AR75", "AR_medium", "AR_large",
    ),
}  # fmt: skip


def evaluate_coco(
    coco: COCO,
    results: list[dict[str, Any]],
    kind: Kind,
    image_ids: Sequence[int] | None = None,
) -> dict[str, float]:
    """COCO's figures of a result list, 0..1.

    Args:
        coco: the truth.
        results: in COCO's result format.
        kind: what is compared.
        image_ids: the pictures that count, all if None.
    """
    if not results:
        return dict.fromkeys(METRICS[kind], 0.0)
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools reports on stdout
        evaluation = COCOeval(coco, coco.loadRes(results), kind)
        if image_ids is not None:
            evaluation.params.imgIds = sorted(image_ids)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(METRICS[kind], evaluation.stats.tolist()))
