"""Soft non-maximum suppression (Bodla et al. 2017) with the Gaussian weight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from centernet_ros.geometry.boxes import compute_iou

SIGMA = 0.5
MIN_SCORE = 0.001


class Suppressed(NamedTuple):
    """What soft-NMS leaves of N boxes, as the authors' code does in place.

    Attributes:
        kept: how many boxes are kept; rows behind them are leftovers of the in-place algorithm.
        boxes: (N,) int64, which input box each row holds.
        others: (N,) int64, which input object's further columns (keypoints) each row holds; it
            differs from `boxes` only in leftovers.
        scores: (N,) new score of each row, in order of selection.
    """

    kept: int
    boxes: np.ndarray
    others: np.ndarray
    scores: np.ndarray


def soft_nms(boxes: np.ndarray, scores: np.ndarray) -> Suppressed:
    """Lower the scores of boxes that overlap better ones.

    A box that falls below the lowest score gives its row to the last live one, whose old row stays
    behind as a leftover. The authors ignore that number and so report leftovers again (issue 814).

    Args:
        boxes: (N, 4) x1 y1 x2 y2 in pixels, both corners included.
        scores: (N,).
    """
    rows = np.arange(len(boxes))
    others = rows.copy()
    scores = np.array(scores, dtype=np.float32)
    live = len(rows)
    best = 0
    while best < live:
        chosen = best + int(scores[best:live].argmax())
        for column in (rows, others, scores):
            column[[best, chosen]] = column[[chosen, best]]
        rest = slice(best + 1, live)
        overlaps = compute_iou(boxes[rows[best]], boxes[rows[rest]], border=1)
        before = scores.copy()
        scores[rest] *= np.exp(-(overlaps**2) / SIGMA).astype(np.float32)
        dropped = np.zeros(len(rows), dtype=bool)
        dropped[rest] = (overlaps > 0) & (scores[rest] < MIN_SCORE)
        for place in np.flatnonzero(dropped):
            while place < live and dropped[place]:
                live -= 1
                if place < live:
                    for column in (rows, scores, dropped):
                        column[place] = column[live]
                    others[[place, live]] = others[[live, place]]
                    scores[live] = before[live]
        best += 1
    return Suppressed(live, rows, others, scores)
