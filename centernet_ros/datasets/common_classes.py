"""Data and a network that name other classes: only those in common can be scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.io.errors import DataError
from centernet_ros.structures import AnyDetections


def keep_common_classes(data: DataSet, class_names: Sequence[str]) -> DataSet:
    """The data without objects of other classes, labelled by the network's names in common.

    Args:
        data: of 2D boxes or persons' joints; of objects in space where the classes are the same.
        class_names: of a network.

    Returns:
        the data, whose notes say which classes are not scored.

    Raises:
        DataError: no class is in common.
    """
    if data.class_names == tuple(class_names):
        return data
    common = tuple(name for name in class_names if name in data.class_names)
    if not common:
        raise DataError(
            f"{data.source}: classes {list_some(data.class_names)}, expected some of the "
            f"network's: {list_some(class_names)}"
        )
    notes = data.notes
    if unknown := [name for name in data.class_names if name not in common]:
        notes += (f"not scored, for the network does not know them: {list_some(unknown)}",)
    labels = np.array([common.index(n) if n in common else -1 for n in data.class_names])
    ids = dict(zip(data.class_names, data.category_ids))
    return replace(
        data,
        class_names=common,
        samples=tuple(relabel_sample(sample, labels) for sample in data.samples),
        category_ids=tuple(ids[name] for name in common) if ids else (),
        notes=notes,
    )


def relabel_sample(sample: Sample, labels: np.ndarray) -> Sample:
    """The objects of a sample whose new label is not negative.

    Args:
        sample: with N objects in 2D.
        labels: (C,) new label of each old one.
    """
    # Objects of no class stay so.
    new = np.where(sample.labels >= 0, labels[sample.labels], -1)
    keep = new >= 0
    joints = sample.joints
    return replace(
        sample,
        boxes=sample.boxes[keep],
        labels=new[keep],
        ignore=sample.ignore[keep],
        joints=replace(joints, points=joints.points[keep], visibility=joints.visibility[keep])
        if joints
        else None,
        ids=tuple(np.array(sample.ids, object)[keep]) if sample.ids else (),
        areas=None if sample.areas is None else sample.areas[keep],
    )


def relabel_detections(
    found: AnyDetections, class_names: Sequence[str], common: Sequence[str]
) -> AnyDetections:
    """The detections of the classes in common, by their labels there.

    Args:
        found: N objects of the network's classes.
        class_names: of the network.
        common: the names that count.
    """
    labels = np.array([common.index(n) if n in common else -1 for n in class_names])
    new = labels[found.labels]
    return replace(found, labels=new)[new >= 0]


def list_some(names: Sequence[str], most: int = 5) -> str:
    """The first few names."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
