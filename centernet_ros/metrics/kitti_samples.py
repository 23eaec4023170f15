"""KITTI's figures of a network's detections."""

from __future__ import annotations

from collections.abc import Sequence

from centernet_ros.datasets.sample import DataSet
from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.io.kitti_format import (
    KittiLabels,
    format_kitti_results,
    parse_kitti_results,
)
from centernet_ros.metrics.kitti_ap import CLASSES, evaluate_kitti
from centernet_ros.structures import Boxes3D

# The authors': with less, result files would hold a hundred objects each.
MIN_SCORE = 0.1


def score_kitti(data: DataSet, predictions: Sequence[Boxes3D]) -> dict[str, float]:
    """Average precision, 0..1, with the authors' overlaps.

    The first is that of cars in 3D, moderate, or its mean where cars are no class.

    Args:
        data: from `read_kitti`.
        predictions: of each sample.
    """
    names = order_classes(data.class_names)
    figures = evaluate_kitti(*as_frames(data, predictions), "authors", names)
    of_classes = {
        f"{name}_{metric}_{level}": figures[name][metric]["R11"][i] / 100
        for name in names
        for metric in ("3d", "bev", "2d", "aos")
        for i, level in ((1, "moderate"), (0, "easy"), (2, "hard"))
    }
    if names[0] == CLASSES[0]:
        return of_classes
    mean = sum(of_classes[f"{name}_3d_moderate"] for name in names) / len(names)
    return {"mean_3d_moderate": mean} | of_classes


def order_classes(class_names: Sequence[str]) -> list[str]:
    """The names in the order in which KITTI's figures are told, other classes behind."""
    own = [name for name in class_names if name not in CLASSES]
    return [*(name for name in CLASSES if name in class_names), *own]


def as_frames(
    data: DataSet, predictions: Sequence[Boxes3D]
) -> tuple[list[KittiLabels], list[KittiLabels]]:
    """True and found objects of each frame, as the label files and result files would say.

    Objects pass through the text of result files, with its two decimals.

    Args:
        data: from `read_kitti`.
        predictions: of each sample.
    """
    gt = [sample.require_kitti() for sample in data.samples]
    results = [
        parse_kitti_results(
            format_kitti_results(filter_detections(boxes, MIN_SCORE), data.class_names)
        )
        for boxes in predictions
    ]
    return gt, results
