"""COCO's average precision of boxes and of poses, by pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
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
    sigmas: Sequence[float] | None = None,
) -> dict[str, float]:
    """COCO's figures of a result list, 0..1; see `run_evaluation`."""
    if not results:
        return dict.fromkeys(METRICS[kind], 0.0)
    return name_figures(run_evaluation(coco, results, kind, image_ids, sigmas))


def run_evaluation(
    coco: COCO,
    results: list[dict[str, Any]],
    kind: Kind,
    image_ids: Sequence[int] | None = None,
    sigmas: Sequence[float] | None = None,
) -> COCOeval:
    """Compare results with the truth.

    At most 100 boxes and 20 persons of an image count, as in COCO's own evaluation, or as many
    as the image with most objects has.

    Args:
        coco: the truth.
        results: in COCO's result format.
        kind: what is compared.
        image_ids: the images that count, all if None.
        sigmas: of the joints, see `Skeleton`; COCO's if None.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools reports on stdout
        predictions = coco.loadRes(results) if results else make_coco(list(coco.imgs), [], {})
        evaluation = COCOeval(coco, predictions, kind)
        if sigmas is not None:
            evaluation.params.kpt_oks_sigmas = np.array(sigmas)
        if image_ids is not None:
            evaluation.params.imgIds = sorted(image_ids)
        usual = evaluation.params.maxDets[-1]
        evaluation.params.maxDets[-1] = max(usual, find_most_objects(coco))
        evaluation.evaluate()
        evaluation.accumulate()
        if evaluation.params.maxDets[-1] == usual:
            evaluation.summarize()
        else:  # summarize() knows no other limit
            evaluation.stats = np.array(summarize(evaluation))
    return evaluation


def find_most_objects(coco: COCO) -> int:
    """The number of objects in the image that has most, crowds left out."""
    of_images = (coco.loadAnns(ids) for ids in map(coco.getAnnIds, coco.imgs))
    return max((sum(not a.get("iscrowd") for a in rows) for rows in of_images), default=0)


def summarize(evaluation: COCOeval) -> list[float]:
    """What COCO reports, by the definition of pycocotools, for any number of detections.

    Args:
        evaluation: accumulated.

    Returns:
        in the order of METRICS, -1 where there was nothing to find.
    """
    params = evaluation.params
    # (thresholds, recalls, classes, areas, limits) and the same without recalls.
    precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]

    def average(values: np.ndarray, area: int = 0, iou: float | None = None) -> float:
        chosen = values if iou is None else values[params.iouThrs == iou]
        counted = chosen[..., area]
        return float(counted[counted > -1].mean()) if (counted > -1).any() else -1.0

    areas = range(1, len(params.areaRng))
    best, found = precision[..., -1], recall[..., -1]
    figures = [average(best), average(best, iou=0.5), average(best, iou=0.75)]
    figures += [average(best, area) for area in areas]
    if params.iouType == "keypoints":
        figures += [average(found), average(found, iou=0.5), average(found, iou=0.75)]
    else:
        figures += [average(recall[..., limit]) for limit in range(3)]
    return figures + [average(found, area) for area in areas]


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
