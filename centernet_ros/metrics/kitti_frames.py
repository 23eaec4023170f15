"""Labels and results of many KITTI frames as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from centernet_ros.datasets.kitti import read_label_file, read_result_file
from centernet_ros.io.kitti_format import KittiLabels


def read_kitti_frames(
    labels: Path, results: Path | None, frames: Sequence[str]
) -> tuple[list[KittiLabels], list[KittiLabels]]:
    """True and found objects of each frame; a frame without a result file has none found.

    Args:
        labels: folder of label files.
        results: folder of result files; None finds the labels themselves, each with score 1.
        frames: their names.

    Raises:
        DataError: a label file is missing, or a file is damaged.
    """
    gt = [read_label_file(labels / f"{frame}.txt") for frame in frames]
    if results is None:
        return gt, [replace(frame, scores=np.ones(len(frame.names))) for frame in gt]
    return gt, [read_result_file(results / f"{frame}.txt") for frame in frames]


def concatenate_frames(frames: Sequence[KittiLabels]) -> tuple[KittiLabels, np.ndarray]:
    """All objects, and (N,) the index of each one's frame; names in lower case as (N,) array."""
    names = np.array([name.lower() for frame in frames for name in frame.names], dtype=str)
    columns = {
        field.name: np.concatenate([getattr(frame, field.name) for frame in frames])
        for field in fields(KittiLabels)
        if field.name != "names"
    }
    counts = [len(frame.names) for frame in frames]
    return KittiLabels(names, **columns), np.repeat(np.arange(len(frames)), counts)


def pair_in_frames(
    gt_frames: np.ndarray, prediction_frames: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Every true object with every one found in its frame, in order of the true ones.

    Args:
        gt_frames: (N,) ascending frame of each true object.
        prediction_frames: (M,) ascending frame of each found one.

    Returns:
        (P,) indices of true and (P,) of found objects.
    """
    first = np.searchsorted(prediction_frames, gt_frames)
    counts = np.searchsorted(prediction_frames, gt_frames, side="right") - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(np.arange(len(gt_frames)), counts), np.repeat(first, counts) + within
