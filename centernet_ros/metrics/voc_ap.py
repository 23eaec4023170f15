"""Pascal VOC's average precision at an overlap of one half (Everingham et al. 2010)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from centernet_ros.datasets.sample import DataSet
from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.structures import Detections

MIN_OVERLAP = 0.5


class Matches(NamedTuple):
    """The detections of a class, best first, but for those that do not count.

    Attributes:
        hits: (N,) bool, which are right.
        scores: (N,).
        total: number of boxes to be found.
    """

    hits: np.ndarray
    scores: np.ndarray
    total: int


def score_voc(data: DataSet, predictions: Sequence[Detections]) -> dict[str, float]:
    """Average precision of each class, 0..1.

    Args:
        data: the truth.
        predictions: of each sample.

    Returns:
        "mAP50", the area under the curve as VOC counts since 2010; "mAP50_11_points" as VOC 2007;
        and "AP50/<class>" the area for each class that the data has.
    """
    scores: dict[str, float] = {}
    eleven, area = [], []
    for label, name in enumerate(data.class_names):
        hits, _, total = match_class(data, predictions, label)
        if total:
            recall, precision = compute_curve(hits, total)
            area.append(average_area(recall, precision))
            eleven.append(average_11_points(recall, precision))
            scores[f"AP50/{name}"] = area[-1]
    return {"mAP50": _mean(area), "mAP50_11_points": _mean(eleven), **scores}


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def match_class(data: DataSet, predictions: Sequence[Detections], label: int) -> Matches:
    """Which detections of a class are right, best first over all images.

    Each takes the box it overlaps most; of several that take one, the best is right. Those that
    take a difficult box do not count.
    """
    hits, scores, total = [], [], 0
    for sample, detections in zip(data.samples, predictions):
        of_class = sample.labels == label
        boxes, difficult = sample.boxes[of_class], sample.ignore[of_class]
        total += int((~difficult).sum())
        mine = detections.labels == label
        order = np.argsort(-detections.scores[mine], kind="stable")
        taken = np.zeros(len(boxes), bool)
        candidates = detections.boxes[mine][order].astype(float)
        overlaps = compute_iou(candidates[:, None], boxes)
        for row, score in zip(overlaps, detections.scores[mine][order]):
            best = int(row.argmax()) if len(row) else -1
            if best >= 0 and row[best] >= MIN_OVERLAP:
                if difficult[best]:
                    continue
                hits.append(not taken[best])
                taken[best] = True
            else:
                hits.append(False)
            scores.append(score)
    order = np.argsort(-np.array(scores), kind="stable")
    return Matches(np.array(hits, dtype=bool)[order], np.array(scores)[order], total)


def compute_curve(hits: np.ndarray, total: int) -> tuple[np.ndarray, np.ndarray]:
    """(N,) recall and (N,) precision after each detection."""
    right = np.cumsum(hits)
    return right / total, right / np.arange(1, len(hits) + 1)


def average_area(recall: np.ndarray, precision: np.ndarray) -> float:
    """Area under the curve, precision made to fall."""
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0) * falling).sum())


def average_11_points(recall: np.ndarray, precision: np.ndarray) -> float:
    """Mean of the best precision at a recall of at least 0, 0.1, ..., 1."""
    points = np.arange(11) / 10
    return float(np.mean([precision[recall >= p].max(initial=0) for p in points]))
