"""The score that detections of a network are best cut off at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from centernet_ros.datasets.sample import DataSet
from centernet_ros.metrics.voc_ap import compute_curve, match_class
from centernet_ros.structures import Detections


def find_best_threshold(data: DataSet, predictions: Sequence[Detections]) -> dict[str, float]:
    """Where F1, the harmonic mean of precision and recall, of all classes together is highest.

    Detections are right where their 2D boxes overlap one of their class by half, as in Pascal VOC.

    Args:
        data: the truth.
        predictions: of each sample.

    Returns:
        "F1", "precision" and "recall" there, 0..1, and "threshold", the lowest score that counts;
        0 and a threshold of 1 where nothing right was found.
    """
    classes = [match_class(data, predictions, i) for i in range(len(data.class_names))]
    hits = np.concatenate([each.hits for each in classes])
    scores = np.concatenate([each.scores for each in classes])
    if not hits.any():
        return {"F1": 0.0, "precision": 0.0, "recall": 0.0, "threshold": 1.0}
    order = np.argsort(-scores, kind="stable")
    scores = scores[order]
    recall, precision = compute_curve(hits[order], sum(each.total for each in classes))
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    # Of equal scores all count or none does.
    f1[:-1][scores[:-1] == scores[1:]] = 0
    best = int(f1.argmax())
    return {
        "F1": float(f1[best]),
        "precision": float(precision[best]),
        "recall": float(recall[best]),
        "threshold": float(scores[best]),
    }
