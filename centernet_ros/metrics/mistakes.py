"""What went wrong in each image, to find the worst ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from pycocotools.cocoeval import COCOeval

from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.metrics.kitti_ap import (
    CLASSES,
    DIFFICULTIES,
    MIN_OVERLAPS,
    overlap_frames,
    sort_gt,
)
from centernet_ros.metrics.kitti_matching import Pairs, match_by_overlap

MODERATE = DIFFICULTIES[1]


class Mistakes(NamedTuple):
    """Numbers of objects in one image.

    Attributes:
        gt: to be found.
        missed: of these.
        wrong: found where there is none.
    """

    gt: int
    missed: int
    wrong: int


def count_coco_mistakes(evaluation: COCOeval, threshold: float) -> dict[int, Mistakes]:
    """Mistakes by image id at the lowest overlap, of results of at least a score."""
    counts = {i: np.zeros(3, int) for i in evaluation.params.imgIds}
    everything = evaluation.params.areaRng[0]
    for compared in filter(None, evaluation.evalImgs):
        if compared["aRng"] != everything:
            continue
        sure = np.asarray(compared["dtScores"]) >= threshold
        ignored = np.asarray(compared["gtIgnore"]).astype(bool)
        matches = compared["dtMatches"][0] > 0
        counted = ~compared["dtIgnore"][0].astype(bool) & sure
        gt, hits = int((~ignored).sum()), int((matches & counted).sum())
        counts[compared["image_id"]] += (gt, gt - hits, int((~matches & counted).sum()))
    return {i: Mistakes(*row.tolist()) for i, row in counts.items()}


def count_kitti_mistakes(
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    threshold: float,
    class_names: Sequence[str] = CLASSES,
) -> list[Mistakes]:
    """Mistakes in each frame of results of at least a score, by the authors' 3D overlaps."""
    data = overlap_frames(gt, predictions)
    gt_frames, prediction_frames = (
        np.repeat(np.arange(len(frames)), [len(frame.names) for frame in frames])
        for frames in (gt, predictions)
    )
    sure = data.predictions.scores >= threshold
    counts = np.zeros((3, len(gt)), int)
    for name in class_names:
        least = MIN_OVERLAPS["authors"]["3d"].of_class(name)
        counted, ignored = sort_gt(data.gt, name, MODERATE)
        of_class = (data.predictions.names == name.lower()) & sure
        first, second, frames = data.pairs
        overlaps = data.overlaps["3d"]
        rows = np.flatnonzero((overlaps > least) & (counted | ignored)[first] & of_class[second])
        first, second = first[rows], second[rows]
        scores = data.predictions.scores[second]
        pairs = Pairs(
            first, second, frames[rows], overlaps[rows], scores, np.zeros(len(rows), bool)
        )
        [assigned] = match_by_overlap(pairs, np.array([threshold]))
        hit, taken = first[assigned], second[assigned]
        counted_hits = hit[counted[hit]]
        for row, values in enumerate((gt_frames[counted], gt_frames[counted_hits])):
            counts[row] += np.bincount(values, minlength=len(gt))
        of_class[taken] = False
        counts[2] += np.bincount(prediction_frames[of_class], minlength=len(gt))
    return [Mistakes(int(t), int(t - hits), int(wrong)) for t, hits, wrong in counts.T]
