"""COCO's average precision of boxes and of poses, by pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
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
    """COCO's figures of a result list, 0..1; see `run_evaluation`."""
    if not results:
        return dict.fromkeys(METRICS[kind], 0.0)
    return name_figures(run_evaluation(coco, results, kind, image_ids))


def run_evaluation(
    coco: COCO,
    results: list[dict[str, Any]],
    kind: Kind,
    image_ids: Sequence[int] | None = None,
) -> COCOeval:
    """Compare results with the truth.

    Args:
        coco: the truth.
        results: in COCO's result format.
        kind: what is compared.
        image_ids: the images that count, all if None.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools reports on stdout
        predictions = coco.loadRes(results) if results else make_coco(list(coco.imgs), [], {})
        evaluation = COCOeval(coco, predictions, kind)
        if image_ids is not None:
            evaluation.params.imgIds = sorted(image_ids)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def name_figures(evaluation: COCOeval) -> dict[str, float]:
    """The summary's figures, -1 where there was nothing to find."""
    return dict(zip(METRICS[evaluation.params.iouType], evaluation.stats.tolist()))


def make_coco(
    image_ids: Sequence[int], annotations: list[dict[str, Any]], class_names: Mapping[int, str]
) -> COCO:
    """A data set from memory.

    Args:
        annotations: without ids.
        class_names: category id -> name.
    """
    coco = COCO()
    coco.dataset = {
        "images": [{"id": i} for i in image_ids],
        "annotations": [row | {"id": i} for i, row in enumerate(annotations, 1)],
        "categories": [{"id": i, "name": name} for i, name in class_names.items()],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    return coco
