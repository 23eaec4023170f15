"""How far off the depths of found objects are, by distance, and how far they say they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.metrics.kitti_ap import CLASSES
from centernet_ros.metrics.kitti_frames import concatenate_frames, pair_in_frames

MIN_OVERLAP = 0.5
# Metres.
BAND = 10


class DepthBand(NamedTuple):
    """The objects at distances between two bounds.

    Attributes:
        near, far: bounds of the true z in metres.
        objects: true ones.
        predictions: those that a found object of their class overlaps by half in the image.
        error: mean absolute error of the found ones' z in metres, NaN if there are none.
    """

    near: int
    far: int
    objects: int
    predictions: int
    error: float


def measure_depths(
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    class_names: Collection[str] = CLASSES,
) -> list[DepthBand]:
    """Errors of depth per 10 m of distance, of all classes together.

    A true object is compared with the found one of its class that overlaps its 2D box most.

    Args:
        gt: labels of each frame.
        predictions: results of each frame.
        class_names: of the true objects that count.
    """
    depths, errors, _ = match_depths(gt, predictions, class_names)
    distances = np.abs(errors)
    bands = []
    for near in range(0, int(depths.max(initial=0)) + 1, BAND):
        of_band = distances[(depths >= near) & (depths < near + BAND)]
        matched = of_band[~np.isnan(of_band)]
        error = float(matched.mean()) if len(matched) else float("nan")
        bands.append(DepthBand(near, near + BAND, len(of_band), len(matched), error))
    return bands


def measure_relative_error(
    gt: Sequence[KittiLabels], predictions: Sequence[KittiLabels], far: float = 40.0
) -> float:
    """Median of the found objects' errors of depth as shares of the true depth.

    Args:
        gt: labels of each frame.
        predictions: results of each frame.
        far: true depth in metres up to which objects count.

    Returns:
        the median, NaN where nothing is found.
    """
    depths, errors, matches = match_depths(gt, predictions)
    near = (matches >= 0) & (depths > 0) & (depths <= far)
    return float(np.median(np.abs(errors[near]) / depths[near])) if near.any() else float("nan")


def measure_coverage(
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    deviations: Sequence[np.ndarray],
    limits: Sequence[float] = (1.0, 2.0),
) -> list[float]:
    """Shares of the found objects whose depth is off by at most some standard deviations.

    Of errors with a normal distribution, 68 % are within one and 95 % within two.

    Args:
        gt: labels of each frame.
        predictions: results of each frame.
        deviations: standard deviation of each result's z in metres.
        limits: numbers of standard deviations.

    Returns:
        one share, 0..1, for each limit; NaN where nothing is found.
    """
    _, errors, matches = match_depths(gt, predictions)
    found = matches >= 0
    if not found.any():
        return [float("nan")] * len(limits)
    ratios = np.abs(errors[found]) / np.concatenate(list(deviations))[matches[found]]
    return [float((ratios <= limit).mean()) for limit in limits]


def match_depths(
    gt: Sequence[KittiLabels],
    predictions: Sequence[KittiLabels],
    classes: Collection[str] | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The true objects and the found one of its class that overlaps each one most.

    Args:
        gt: labels of each frame.
        predictions: results of each frame.
        classes: of the true objects that count, all if None.

    Returns:
        (N,) depths of the true objects in metres; (N,) depth found minus true depth, NaN where
        nothing of the class overlaps by half; (N,) index of the found object among those of all
        frames, -1 for none.
    """
    (all_gt, gt_frames), (all_predictions, prediction_frames) = map(
        concatenate_frames, (gt, predictions)
    )
    first, second = pair_in_frames(gt_frames, prediction_frames)
    pair_gt, pair_predictions = all_gt[first], all_predictions[second]
    overlaps = compute_iou(pair_predictions.boxes, pair_gt.boxes)
    overlaps[pair_gt.names != pair_predictions.names] = 0
    # The largest overlap of an object comes last, and stays.
    order = np.argsort(overlaps, kind="stable")
    order = order[overlaps[order] >= MIN_OVERLAP]
    matches = np.full(len(all_gt.names), -1)
    errors = np.full(len(all_gt.names), np.nan)
    matches[first[order]] = second[order]
    errors[first[order]] = (pair_predictions.locations - pair_gt.locations)[order, 2]
    names = all_gt.names if classes is None else [name.lower() for name in classes]
    counted = np.isin(all_gt.names, names)
    return all_gt.locations[counted, 2], errors[counted], matches[counted]
