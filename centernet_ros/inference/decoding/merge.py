"""Detections of one image at several test scales, made into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from centernet_ros.inference.decoding.soft_nms import soft_nms
from centernet_ros.structures import AnyDetections, Poses, concatenate


def merge_detections(
    parts: Sequence[AnyDetections],
    count: int,
    suppress: bool,
    authors_compatible: bool = False,
) -> AnyDetections:
    """The best detections of all parts, best first.

    Args:
        parts: of one image, one per test scale.
        count: how many to keep.
        suppress: apply soft-NMS per class.
        authors_compatible: with the leftovers of soft-NMS, all that tie with the last one kept,
            and poses without a limit.
    """
    merged = concatenate(parts)
    if suppress:
        merged = suppress_overlaps(merged, authors_compatible)
    merged = merged[np.argsort(-merged.scores, kind="stable")]
    if not authors_compatible:
        return merged[:count]
    if isinstance(merged, Poses) or len(merged) <= count:
        return merged
    return merged[merged.scores >= merged.scores[count - 1]]


def suppress_overlaps(detections: AnyDetections, leftovers: bool = False) -> AnyDetections:
    """Soft-NMS within each class.

    Args:
        detections: of one image.
        leftovers: keep the stale rows that the authors report as well.
    """
    parts = []
    for label in np.unique(detections.labels):
        members = detections[detections.labels == label]
        result = soft_nms(members.boxes, members.scores)
        rows = slice(None if leftovers else result.count)
        columns = {f.name: getattr(members, f.name)[result.others[rows]] for f in fields(members)}
        columns["boxes"] = members.boxes[result.boxes[rows]]
        columns["scores"] = result.scores[rows]
        parts.append(type(members)(**columns))
    return concatenate(parts) if parts else detections
