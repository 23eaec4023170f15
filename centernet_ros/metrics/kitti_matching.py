"""Assignment of found to true objects as KITTI's development kit does it, all thresholds at once.

The kit goes through the true objects of a frame in the order of the label file, and gives each one
a found object that overlaps enough and is still free.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Pairs(NamedTuple):
    """True and found objects that overlap enough, in the order of the true ones.

    Attributes:
        gt, predictions: (P,) their indices.
        frames: (P,) their frame.
        overlaps: (P,) intersection over union.
        scores: (P,) of the found objects.
        ignored: (P,) bool, the found object is too low to count.
    """

    gt: np.ndarray
    predictions: np.ndarray
    frames: np.ndarray
    overlaps: np.ndarray
    scores: np.ndarray
    ignored: np.ndarray


def match_by_score(pairs: Pairs) -> np.ndarray:
    """(1, P) bool, the pairs assigned if every true object takes the highest score."""
    return _match(pairs, pairs.scores, np.array([-np.inf]))


def match_by_overlap(pairs: Pairs, thresholds: np.ndarray) -> np.ndarray:
    """(T, P) bool, the pairs assigned among found objects of at least each threshold's score.

    Every true object takes the largest overlap; only if there is none, the first ignored one.
    """
    first_ignored_best = -1.0 - np.arange(len(pairs.gt))
    return _match(pairs, np.where(pairs.ignored, first_ignored_best, pairs.overlaps), thresholds)


def _match(pairs: Pairs, preference: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Each true object in turn takes its free pair of highest preference, the first if equal."""
    assigned = np.zeros((len(thresholds), len(pairs.gt)), dtype=bool)
    predictions, places = np.unique(pairs.predictions, return_inverse=True)
    taken = np.zeros((len(thresholds), len(predictions)), dtype=bool)
    turns = _count_turns(pairs)
    for turn in range(turns.max(initial=-1) + 1):
        # One true object of each frame at most, so that none competes with another.
        rows = np.flatnonzero(turns == turn)
        starts = np.flatnonzero(np.diff(pairs.gt[rows], prepend=-1))
        lengths = np.diff(starts, append=len(rows))
        free = ~taken[:, places[rows]] & (pairs.scores[rows] >= thresholds[:, None])
        values = np.where(free, preference[rows], -np.inf)
        best = np.repeat(np.maximum.reduceat(values, starts, axis=1), lengths, axis=1)
        column = np.where(free & (values == best), np.arange(len(rows)), len(rows))
        first = np.minimum.reduceat(column, starts, axis=1)
        threshold, gt = np.nonzero(first < len(rows))
        chosen = rows[first[threshold, gt]]
        assigned[threshold, chosen] = True
        taken[threshold, places[chosen]] = True
    return assigned


def _count_turns(pairs: Pairs) -> np.ndarray:
    """(P,) the how manieth of its frame's true objects each pair's is."""
    new_true = np.diff(pairs.gt, prepend=-1) != 0
    new_frame = np.diff(pairs.frames, prepend=-1) != 0
    position = np.cumsum(new_true)
    first = np.maximum.accumulate(np.where(new_frame, position, 0))
    return position - first
