"""KITTI's average precision of 2D boxes, orientation, ground outlines and 3D boxes.

The rules are those of the object development kit (Geiger et al., CVPR 2012), with 11 recall points
as in the paper and with 40 as the benchmark counts since 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.metrics.kitti_frames import concatenate_frames, pair_in_frames
from centernet_ros.metrics.kitti_matching import Pairs, match_by_overlap, match_by_score
from centernet_ros.metrics.kitti_overlaps import (
    compute_areas,
    intersect_boxes,
    overlap_in_image,
    overlap_on_ground_and_in_space,
)

CLASSES = ("Car", "Pedestrian", "Cyclist")
# Similar objects that are neither missed nor wrong.
NEIGHBOURS = {"Car": "van", "Pedestrian": "person_sitting", "Cyclist": ""}
# Smallest overlap of Car, Pedestrian and Cyclist.
MIN_OVERLAPS = {
    "official": dict.fromkeys(("2d", "bev", "3d"), (0.7, 0.5, 0.5)),
    "authors": {"2d": (0.7, 0.5, 0.5), "bev": (0.5, 0.25, 0.25), "3d": (0.5, 0.25, 0.25)},
}
RECALL_POINTS = 41
INVALID_ALPHA = -10


class Difficulty(NamedTuple):
    """Which true objects count: smallest height in pixels, largest occlusion and truncation."""

    height: int
    occlusion: int
    truncation: float


DIFFICULTIES = (Difficulty(40, 0, 0.15), Difficulty(25, 1, 0.3), Difficulty(25, 2, 0.5))


class Overlapping(NamedTuple):
    """True objects and those found in their frames.

    Attributes:
        true, found: the objects, names in lower case.
        pairs: (P,) indices of true, of found objects and of their frames.
        overlaps: "2d", "bev" and "3d" -> (P,).
        covered: (M,) share of each found 2D box in the "DontCare" box that holds most of it.
    """

    true: KittiLabels
    found: KittiLabels
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray]
    overlaps: dict[str, np.ndarray]
    covered: np.ndarray


def evaluate_kitti(
    true: Sequence[KittiLabels], found: Sequence[KittiLabels], overlaps: str = "official"
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Average precision in percent.

    Args:
        true: labels of each frame.
        found: results of each frame.
        overlaps: "official", or "authors" for what the paper's authors counted as found.

    Returns:
        class -> "2d", "aos", "bev", "3d" -> "R11", "R40" -> easy, moderate and hard. "aos" is
        absent if results without orientation (alpha of -10) are among those found.
    """
    return average_curves(compute_curves(true, found, overlaps))


def average_curves(
    curves: Mapping[str, Mapping[str, np.ndarray]],
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """The average precision of `evaluate_kitti` from the curves of `compute_curves`."""
    return {
        name: {
            metric: {
                "R11": [100 * float(curve[::4].mean()) for curve in by_difficulty],
                "R40": [100 * float(curve[1:].mean()) for curve in by_difficulty],
            }
            for metric, by_difficulty in of_class.items()
        }
        for name, of_class in curves.items()
    }


def compute_curves(
    true: Sequence[KittiLabels], found: Sequence[KittiLabels], overlaps: str = "official"
) -> dict[str, dict[str, np.ndarray]]:
    """Class -> metric -> (3, 41) precision at each difficulty and recall point, in 0..1."""
    data = overlap_frames(true, found)
    oriented = not (data.found.alphas == INVALID_ALPHA).any()
    curves: dict[str, dict[str, np.ndarray]] = {}
    for column, name in enumerate(CLASSES):
        of_class: dict[str, list[np.ndarray]] = {}
        for metric, least in MIN_OVERLAPS[overlaps].items():
            for difficulty in DIFFICULTIES:
                precision, similarity = compute_curve(
                    data, name, difficulty, metric, least[column]
                )
                of_class.setdefault(metric, []).append(precision)
                if metric == "2d" and oriented:
                    of_class.setdefault("aos", []).append(similarity)
        curves[name] = {metric: np.array(values) for metric, values in of_class.items()}
    return curves


def overlap_frames(true: Sequence[KittiLabels], found: Sequence[KittiLabels]) -> Overlapping:
    """All overlaps that evaluation asks for."""
    (all_true, true_frames), (all_found, found_frames) = map(concatenate_frames, (true, found))
    first, second = pair_in_frames(true_frames, found_frames)
    pair_true, pair_found = all_true[first], all_found[second]
    stuff = pair_true.names == "dontcare"
    areas = compute_areas(pair_found.boxes)
    shares = np.divide(
        intersect_boxes(pair_true.boxes, pair_found.boxes),
        areas,
        out=np.zeros_like(areas),
        where=stuff & (areas > 0),
    )
    covered = np.zeros(len(all_found.names))
    np.maximum.at(covered, second, shares)
    ground, space = overlap_on_ground_and_in_space(pair_found, pair_true)
    overlaps = {"2d": overlap_in_image(pair_found, pair_true), "bev": ground, "3d": space}
    return Overlapping(all_true, all_found, (first, second, true_frames[first]), overlaps, covered)


def compute_curve(
    data: Overlapping, name: str, difficulty: Difficulty, metric: str, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """(41,) precision and (41,) orientation similarity at the recall points, 0 beyond the last.

    Args:
        data: from `overlap_frames`.
        name: of the class.
        difficulty: which objects count.
        metric: "2d", "bev" or "3d".
        least: an overlap has to be larger.
    """
    counts, ignores = sort_true(data.true, name, difficulty)
    low = np.abs(data.found.boxes[:, 3] - data.found.boxes[:, 1]).astype(int) < difficulty.height
    # As in the kit, a found object that is too low may be of any class.
    normal = (data.found.names == name.lower()) & ~low
    first, second, frames = data.pairs
    overlaps = data.overlaps[metric]
    rows = np.flatnonzero((overlaps > least) & (counts | ignores)[first] & (normal | low)[second])
    first, second = first[rows], second[rows]
    pairs = Pairs(
        first, second, frames[rows], overlaps[rows], data.found.scores[second], low[second]
    )
    hits = counts[first] & normal[second]
    thresholds = sample_thresholds(
        pairs.scores[match_by_score(pairs)[0] & hits], int(counts.sum())
    )
    assigned = match_by_overlap(pairs, thresholds)
    positives = (assigned & hits).sum(1)
    # "DontCare" boxes excuse nothing but 2D boxes: their places in space are not known.
    wrong = normal & ~(data.covered > least) if metric == "2d" else normal
    scores = np.sort(data.found.scores[wrong])
    unassigned = len(scores) - np.searchsorted(scores, thresholds)
    unassigned -= (assigned & wrong[second]).sum(1)
    angles = data.true.alphas[first] - data.found.alphas[second]
    similarities = (assigned & hits) @ ((1 + np.cos(angles)) / 2)
    total = np.maximum(positives + unassigned, 1)
    return _fill_curve(positives / total), _fill_curve(similarities / total)


def sort_true(
    true: KittiLabels, name: str, difficulty: Difficulty
) -> tuple[np.ndarray, np.ndarray]:
    """(N,) bool which true objects are to be found, and which may be found or not."""
    heights = true.boxes[:, 3] - true.boxes[:, 1]
    hard = (
        (true.occlusions > difficulty.occlusion)
        | (true.truncations > difficulty.truncation)
        | (heights < difficulty.height)
    )
    of_class = true.names == name.lower()
    return of_class & ~hard, of_class & hard | (true.names == NEIGHBOURS[name])


def sample_thresholds(scores: np.ndarray, total: int) -> np.ndarray:
    """The scores at which recall comes nearest to 0, 1/40, 2/40 and so on, descending.

    Args:
        scores: (N,) of the true objects found.
        total: of the true objects.
    """
    thresholds = []
    wanted = 0.0
    for i, score in enumerate(sorted(scores.tolist(), reverse=True), 1):
        if i < len(scores) and (i + 1) / total - wanted < wanted - i / total:
            continue
        thresholds.append(score)
        wanted += 1 / (RECALL_POINTS - 1)
    return np.array(thresholds)


def _fill_curve(values: np.ndarray) -> np.ndarray:
    """Values at all recall points, each raised to the largest of those after it."""
    curve = np.zeros(RECALL_POINTS)
    curve[: len(values)] = np.maximum.accumulate(values[::-1])[::-1]
    return curve
