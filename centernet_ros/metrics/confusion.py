"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.metrics.voc_ap import MIN_OVERLAP
from centernet_ros.structures import Detections


def count_confusions(
    data: DataSet, predictions: Sequence[Detections], threshold: float
) -> np.ndarray:
    """How often each class is found as which.

    A detection belongs to the object of any class that it overlaps most, by half as in Pascal
    VOC; of several detections of one object that of the highest score counts.

    Args:
        data: the truth, of C classes.
        predictions: of each sample.
        threshold: the least score that counts.

    Returns:
        (C + 1, C + 1) int64: rows are true classes and at last nothing, columns are found classes
        and at last nothing, which are missed objects. Crowds and difficult objects are passed
        over.
    """
    nothing = len(data.class_names)
    counts = np.zeros((nothing + 1, nothing + 1), np.int64)
    for sample, found in zip(data.samples, predictions):
        _count_sample(counts, sample, filter_detections(found, threshold))
    return counts


def _count_sample(counts: np.ndarray, sample: Sample, found: Detections) -> None:
    nothing = len(counts) - 1
    known = sample.labels >= 0
    boxes, labels, ignore = sample.boxes[known], sample.labels[known], sample.ignore[known]
    overlaps = compute_iou(found.boxes[:, None], boxes)
    taken = np.zeros(len(boxes), bool)
    for row in np.argsort(-found.scores, kind="stable"):
        free = np.where(taken & ~ignore, 0, overlaps[row])
        best = int(free.argmax()) if len(free) else -1
        if best < 0 or free[best] < MIN_OVERLAP:
            counts[nothing, found.labels[row]] += 1
            continue
        taken[best] = True
        if not ignore[best]:
            counts[labels[best], found.labels[row]] += 1
    for label in labels[~taken & ~ignore]:
        counts[label, nothing] += 1
