"""Reads the parts of a data set, and makes a validation part where there is none."""

from __future__ import annotations

import random
from dataclasses import replace

from centernet_ros.datasets.own.parts import OwnData
from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.errors import DataError
from centernet_ros.metrics.coco_samples import score_coco, score_poses
from centernet_ros.metrics.kitti_samples import score_kitti
from centernet_ros.models.spec import Task
from training.data.splits import Score, Splits

SCORES: dict[Task, Score] = {"ctdet": score_coco, "multi_pose": score_poses, "ddd": score_kitti}


def read_own_data(data: OwnData, fraction: float, seed: int) -> Splits:
    """The data sets of a training.

    Args:
        data: from `recognize_data`.
        fraction: of the images that `split_off` takes where the data has no validation part.
        seed: of that choice.

    Raises:
        DataError: a file is missing or damaged.
    """
    train = data.parts["train"](None)
    names = train.class_names
    validation, test = (
        data.parts[part](names) if part in data.parts else None for part in ("validation", "test")
    )
    if validation is None and fraction:
        train, validation = split_off(train, fraction, seed)
    return Splits(SCORES[data.task], train, validation, test)


def split_off(data: DataSet, fraction: float, seed: int) -> tuple[DataSet, DataSet]:
    """Two data sets: the rest, and a share of the images chosen at random.

    Raises:
        DataError: there are too few images.
    """
    count = max(1, round(fraction * len(data.samples)))
    if count >= len(data.samples):
        raise DataError(
            f"{data.source}: {len(data.samples)} images, expected more than the {count} to "
            "validate on"
        )
    chosen = set(random.Random(seed).sample(range(len(data.samples)), count))
    parts = [
        replace(
            data, samples=tuple(s for i, s in enumerate(data.samples) if (i in chosen) == wanted)
        )
        for wanted in (False, True)
    ]
    # What the reader noted is of both, and is said once.
    return parts[0], replace(parts[1], notes=())
