"""What happens to detections between the network and the user."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from centernet_ros.structures import AnyDetections


def filter_detections(
    detections: AnyDetections,
    confidence_threshold: float,
    labels: Collection[int] | None = None,
) -> AnyDetections:
    """The detections of at least a score and, where labels are given, of those alone."""
    confident = detections.scores >= confidence_threshold
    if labels is not None:
        confident &= np.isin(detections.labels, list(labels))
    return detections[confident]


def clip_to_image(detections: AnyDetections, size: tuple[int, int]) -> AnyDetections:
    """Boxes cut off at the border of the image; those left without area are omitted.

    Args:
        detections: boxes in pixels of the image.
        size: height and width of the image.
    """
    height, width = size
    boxes = detections.boxes.clip(0, np.array([width, height, width, height], np.float32))
    with_area = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    return replace(detections, boxes=boxes)[with_area]


def drop_non_finite(detections: AnyDetections) -> AnyDetections:
    """The detections all of whose numbers are finite."""
    count = len(detections)
    finite = np.ones(count, bool)
    for values in detections.columns().values():
        finite &= np.isfinite(values.reshape(count, values[:1].size)).all(1)
    return detections[finite]


def find_labels(names: Sequence[str], class_names: Sequence[str]) -> set[int] | None:
    """The labels of some classes.

    Args:
        names: of the wanted classes; none, or an empty one, for all.
        class_names: the model's, by label.

    Returns:
        the labels, or None for all.

    Raises:
        ValueError: a name that the model does not know.
    """
    wanted = set(filter(None, names))
    unknown = wanted - set(class_names)
    if unknown:
        known = ", ".join(class_names)
        raise ValueError(
            f"unknown class {', '.join(sorted(unknown))!r}, expected some of: {known}"
        )
    return {class_names.index(name) for name in wanted} or None


def select_published(
    detections: AnyDetections,
    size: tuple[int, int],
    confidence_threshold: float,
    names: Sequence[str],
    class_names: Sequence[str],
) -> tuple[AnyDetections, int]:
    """What of a model's detections is published, and how many boxes were degenerate.

    Degenerate are those without area in the image and those with numbers that are not finite.

    Args:
        size: height and width of the image.
        confidence_threshold: least score.
        names: of the wanted classes, known to this model or another; none for all.
        class_names: this model's, by label.
    """
    wanted = set(filter(None, names))
    labels = find_labels([n for n in wanted if n in class_names], class_names) if wanted else None
    chosen = (labels or set()) if wanted else None
    kept = filter_detections(detections, confidence_threshold, chosen)
    clipped = clip_to_image(drop_non_finite(kept), size)
    return clipped, len(kept) - len(clipped)
