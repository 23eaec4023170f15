"""KITTI's average precision of 2D boxes, orientation, ground outlines and 3D boxes.

The rules are those of the object development kit (Geiger et al., CVPR 2012), with 11 recall points
as in the paper and with 40 as the benchmark counts since 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from centernet_ros.geometry.boxes import compute_areas, compute_iou, intersect_boxes
from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.metrics.kitti_frames import concatenate_frames, pair_in_frames
from centernet_ros.metrics.kitti_matching import Pairs, match_by_overlap, match_by_score
from centernet_ros.metrics.kitti_overlaps import overlap_on_ground_and_in_space

CLASSES = ("Car", "Pedestrian", "Cyclist")
# Similar objects that are neither missed nor wrong.
NEIGHBOURS = {"Car": "van", "Pedestrian": "person_sitting"}


class MinOverlap(NamedTuple):
    """Smallest overlap of cars, and of pedestrians, cyclists and whatever else data may have."""

    car: float
    other: float

    def of_class(self, name: str) -> float:
        """That of the objects of a class."""
        return self.car if name.lower() == "car" else self.other


MIN_OVERLAPS = {
    "official": dict.fromkeys(("2d", "bev", "3d"), MinOverlap(0.7, 0.5)),
    "authors": {
        "2d": MinOverlap(0.7, 0.5), "bev": MinOverlap(0.5, 0.25), "3d": MinOverlap(0.5, 0.25),
    },
}  # fmt: skip
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
        gt, predictions: the objects, names in lower case.
        pairs: (P,) indices of true, of found objects and of their frames.
        overlaps: "2d", "bev" and "3d" -> (P,).
        covered: (M,) share of each found 2D box in the "DontCare" box that holds most of it.
    """

    gt: KittiLabels
    predictions: KittiLabels
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray]
    overlaps: dict[str, np.ndarray]
    covered: np.ndarray


def evaluate_kitti(
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    overlaps: str = "official",
    class_names: Sequence[str] = CLASSES,
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Average precision in percent.

    Args:
        gt: labels of each frame.
        predictions: results of each frame.
        overlaps: "official", or "authors" for what the paper's authors counted as found.
        class_names: that are scored.

    Returns:
        class -> "2d", "aos", "bev", "3d" -> "R11", "R40" -> easy, moderate and hard. "aos" is
        absent if results without orientation (alpha of -10) are among those found.
    """
    return average_curves(compute_curves(gt, predictions, overlaps, class_names))


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
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    overlaps: str = "official",
    class_names: Sequence[str] = CLASSES,
) -> dict[str, dict[str, np.ndarray]]:
    """Class -> metric -> (3, 41) precision at each difficulty and recall point, in 0..1."""
    data = overlap_frames(gt, predictions)
    oriented = not (data.predictions.alphas == INVALID_ALPHA).any()
    curves: dict[str, dict[str, np.ndarray]] = {}
    for name in class_names:
        of_class: dict[str, list[np.ndarray]] = {}
        for metric, least in MIN_OVERLAPS[overlaps].items():
            for difficulty in DIFFICULTIES:
                precision, similarity = compute_curve(
                    data, name, difficulty, metric, least.of_class(name)
                )
                of_class.setdefault(metric, []).append(precision)
                if metric == "2d" and oriented:
                    of_class.setdefault("aos", []).append(similarity)
        curves[name] = {metric: np.array(values) for metric, values in of_class.items()}
    return curves


def overlap_frames(gt: Sequence[KittiLabels], predictions: Sequence[KittiLabels]) -> Overlapping:
    """All overlaps that evaluation asks for."""
    (all_gt, gt_frames), (all_predictions, prediction_frames) = map(
        concatenate_frames, (gt, predictions)
    )
    first, second = pair_in_frames(gt_frames, prediction_frames)
    pair_gt, pair_predictions = all_gt[first], all_predictions[second]
    stuff = pair_gt.names == "dontcare"
    areas = compute_areas(pair_predictions.boxes)
    shares = np.divide(
        intersect_boxes(pair_gt.boxes, pair_predictions.boxes),
        areas,
        out=np.zeros_like(areas),
        where=stuff & (areas > 0),
    )
    covered = np.zeros(len(all_predictions.names))
    np.maximum.at(covered, second, shares)
    ground, space = overlap_on_ground_and_in_space(pair_predictions, pair_gt)
    overlaps = {
        "2d": compute_iou(pair_predictions.boxes, pair_gt.boxes),
        "bev": ground,
        "3d": space,
    }
    return Overlapping(
        all_gt, all_predictions, (first, second, gt_frames[first]), overlaps, covered
    )


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
    counts, ignores = sort_gt(data.gt, name, difficulty)
    low = (
        np.abs(data.predictions.boxes[:, 3] - data.predictions.boxes[:, 1]).astype(int)
        < difficulty.height
    )
    # As in the kit, a found object that is too low may be of any class.
    normal = (data.predictions.names == name.lower()) & ~low
    first, second, frames = data.pairs
    overlaps = data.overlaps[metric]
    rows = np.flatnonzero((overlaps > least) & (counts | ignores)[first] & (normal | low)[second])
    first, second = first[rows], second[rows]
    pairs = Pairs(
        first, second, frames[rows], overlaps[rows], data.predictions.scores[second], low[second]
    )
    hits = counts[first] & normal[second]
    thresholds = sample_thresholds(
        pairs.scores[match_by_score(pairs)[0] & hits], int(counts.sum())
    )
    assigned = match_by_overlap(pairs, thresholds)
    positives = (assigned & hits).sum(1)
    # "DontCare" boxes excuse nothing but 2D boxes: their places in space are not known.
    wrong = normal & ~(data.covered > least) if metric == "2d" else normal
    scores = np.sort(data.predictions.scores[wrong])
    unassigned = len(scores) - np.searchsorted(scores, thresholds)
    unassigned -= (assigned & wrong[second]).sum(1)
    angles = data.gt.alphas[first] - data.predictions.alphas[second]
    similarities = (assigned & hits) @ ((1 + np.cos(angles)) / 2)
    total = np.maximum(positives + unassigned, 1)
    return _fill_curve(positives / total), _fill_curve(similarities / total)


def sort_gt(gt: KittiLabels, name: str, difficulty: Difficulty) -> tuple[np.ndarray, np.ndarray]:
    """(N,) bool which true objects are to be found, and which may be found or not."""
    heights = gt.boxes[:, 3] - gt.boxes[:, 1]
    hard = (
        (gt.occlusions > difficulty.occlusion)
        | (gt.truncations > difficulty.truncation)
        | (heights < difficulty.height)
    )
    of_class = gt.names == name.lower()
    return of_class & ~hard, of_class & hard | (gt.names == NEIGHBOURS.get(name, ""))


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
