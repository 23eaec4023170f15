"""Detections of one image, perhaps at several test scales, made into one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from centernet_ros.inference.decoding.soft_nms import soft_nms
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.structures import AnyDetections, Poses, concatenate


def merge_detections(parts: Sequence[AnyDetections], options: PredictorOptions) -> AnyDetections:
    """The best detections of all parts after soft-NMS per class, best first.

    Args:
        parts: of one image, one per test scale.
        options: how many to keep; `authors_compatible` with the leftovers of soft-NMS and as
            `keep_best` says.
    """
    merged = suppress_overlaps(concatenate(parts), options.authors_compatible)
    return keep_best(merged[np.argsort(-merged.scores, kind="stable")], options)


def keep_best(detections: AnyDetections, options: PredictorOptions) -> AnyDetections:
    """The first `max_detections`.

    With `authors_compatible` also all that tie with the last of them, and poses without a limit.

    Args:
        detections: of one image, best first.
        options: the two that are named above.
    """
    limit = options.max_detections
    if not options.authors_compatible:
        return detections[:limit]
    if isinstance(detections, Poses) or len(detections) <= limit:
        return detections
    return detections[detections.scores >= detections.scores[limit - 1]]


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
        rows = slice(None if leftovers else result.kept)
        columns = members[result.others[rows]].columns()
        columns["boxes"] = members.boxes[result.boxes[rows]]
        columns["scores"] = result.scores[rows]
        parts.append(type(members)(**columns))
    return concatenate(parts) if parts else detections
