"""How far off the depths of found objects are, by distance."""

from __future__ import annotations

from collections.abc import Sequence
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
    gt: Sequence[KittiLabels], predictions: Sequence[KittiLabels]
) -> list[DepthBand]:
    """Errors of depth per 10 m of distance, of cars, pedestrians and cyclists together.

    A true object is compared with the found one of its class that overlaps its 2D box most.

    Args:
        gt: labels of each frame.
        predictions: results of each frame.
    """
    (all_gt, gt_frames), (all_predictions, prediction_frames) = map(
        concatenate_frames, (gt, predictions)
    )
    first, second = pair_in_frames(gt_frames, prediction_frames)
    pair_gt, pair_predictions = all_gt[first], all_predictions[second]
    overlaps = compute_iou(pair_predictions.boxes, pair_gt.boxes)
    overlaps[pair_gt.names != pair_predictions.names] = 0
    errors = np.full(len(all_gt.names), np.nan)
    # The largest overlap of an object comes last, and stays.
    order = np.argsort(overlaps, kind="stable")
    order = order[overlaps[order] >= MIN_OVERLAP]
    errors[first[order]] = np.abs(pair_predictions.locations - pair_gt.locations)[order, 2]
    counted = np.isin(all_gt.names, [name.lower() for name in CLASSES])
    depths, distances = all_gt.locations[counted, 2], errors[counted]
    bands = []
    for near in range(0, int(depths.max(initial=0)) + 1, BAND):
        of_band = distances[(depths >= near) & (depths < near + BAND)]
        matched = of_band[~np.isnan(of_band)]
        error = float(matched.mean()) if len(matched) else float("nan")
        bands.append(DepthBand(near, near + BAND, len(of_band), len(matched), error))
    return bands
