"""Ids over time against true ones, by the metrics of the MOT challenges."""

from __future__ import annotations

from collections.abc import Iterable

import motmetrics
import numpy as np

from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.structures import Detections

# An id belongs to a true object of its class if their boxes overlap so much.
MIN_IOU = 0.5
METRICS = {"mota": "MOTA", "idf1": "IDF1", "num_switches": "id switches", "num_objects": "objects"}


def score_ids(frames: Iterable[tuple[Detections, Detections]]) -> dict[str, float]:
    """MOTA, IDF1, id switches and the number of true objects.

    Args:
        frames: the true and the found objects of each frame, with ids and labels of the same
            classes; what has no id counts as not found.
    """
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for truth, found in frames:
        tracked = found[np.array([bool(each) for each in found.list_ids()], bool)]
        overlaps = compute_iou(truth.boxes[:, None], tracked.boxes)
        same = truth.labels[:, None] == tracked.labels
        distances = np.where((overlaps >= MIN_IOU) & same, 1 - overlaps, np.nan)
        accumulator.update(truth.list_ids(), tracked.list_ids(), distances)
    summary = motmetrics.metrics.create().compute(accumulator, metrics=list(METRICS))
    return {title: float(summary[metric].iloc[0]) for metric, title in METRICS.items()}
