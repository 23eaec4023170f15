"""Objects of other images at other depths, with their labels in space.

Geometry-aware copy and paste (Lian et al., "Exploring Geometric Consistency for Monocular 3D
Object Detection", 2022), without masks or depth maps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from centernet_ros.datasets.sample import Sample
from centernet_ros.geometry.boxes import compute_areas, intersect_boxes
from training.augmentation.cutout import cut_out
from training.augmentation.placement import (
    NEAREST,
    Placement,
    draw_placement,
    stands_in_front,
)

# The smaller side of what is cut out, in pixels.
MIN_CUT = 24
# An object hidden more than this is neither one to find nor background.
MAX_HIDDEN = 0.6
# Places drawn for each object that is wanted.
TRIES = 4


def paste_objects(
    pixels: np.ndarray,
    sample: Sample,
    paste_sources: Sequence[Sample],
    most: int,
    rng: np.random.Generator,
) -> Sample:
    """Paste up to some objects, fewer where no place is found for one.

    Args:
        pixels: (H, W, 3) uint8 BGR of the sample, changed in place.
        sample: with objects in space.
        paste_sources: samples with objects in space; whole ones of a class are taken.
        most: objects.
        rng: source of randomness.

    Returns:
        the sample with the pasted objects last; those that they hide belong to no class.
    """
    wanted = int(rng.integers(most + 1))
    full = len(sample.boxes) + wanted
    for _ in range(TRIES * wanted):
        if len(sample.boxes) == full:
            break
        paste_source = paste_sources[int(rng.integers(len(paste_sources)))]
        sides = (paste_source.boxes[:, 2:] - paste_source.boxes[:, :2]).min(1, initial=np.inf)
        rows = np.flatnonzero(
            paste_source.require_3d().fully_visible
            & (paste_source.labels >= 0)
            & (sides >= MIN_CUT)
        )
        ahead = sample.require_3d()
        anchors = np.flatnonzero(ahead.fully_visible & (ahead.depths > NEAREST))
        if not len(rows) or not len(anchors):
            continue
        row, anchor = rng.choice(rows), rng.choice(anchors)
        placement = draw_placement(paste_source, row, sample, anchor, pixels.shape[:2], rng)
        if placement is None or not stands_in_front(placement, paste_source, row, sample):
            continue
        box = np.maximum(paste_source.boxes[row].round().astype(int), 0)
        crop, mask = cut_out(paste_source.path, tuple(box.tolist()))
        blend(pixels, crop, mask, placement.box)
        sample = add_object(sample, paste_source, row, placement)
    return sample


def blend(pixels: np.ndarray, crop: np.ndarray, mask: np.ndarray, box: np.ndarray) -> None:
    """Draw (h, w, 3) pixels weighted by their (h, w) mask into a box of an image, in place."""
    x1, y1, x2, y2 = box
    smaller = x2 - x1 < crop.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    crop, mask = (
        cv2.resize(v, (int(x2 - x1), int(y2 - y1)), interpolation=method) for v in (crop, mask)
    )
    below = pixels[y1:y2, x1:x2]
    below[:] = (below + (crop - below.astype(np.float32)) * mask[..., None]).round()


def add_object(sample: Sample, paste_source: Sample, row: int, placement: Placement) -> Sample:
    """The sample with a pasted object as its last."""
    box = placement.box
    # At the image's border labels may have boxes without area.
    hidden = intersect_boxes(sample.boxes, box) / compute_areas(sample.boxes).clip(1)
    gone = hidden > MAX_HIDDEN
    annotations_3d, own = sample.require_3d(), paste_source.require_3d()
    fully_visible = annotations_3d.fully_visible & (hidden == 0)
    ignored = annotations_3d.ignored | gone[:, None]
    return replace(
        sample,
        boxes=np.concatenate((sample.boxes, box[None])),
        labels=np.append(np.where(gone, -1, sample.labels), paste_source.labels[row]),
        ignore=np.append(sample.ignore, False),
        annotations_3d=replace(
            annotations_3d,
            ignored=np.concatenate((ignored, own.ignored[row][None])),
            alphas=np.append(annotations_3d.alphas, own.alphas[row]),
            locations=np.concatenate((annotations_3d.locations, placement.location[None])),
            dimensions=np.concatenate((annotations_3d.dimensions, own.dimensions[row][None])),
            fully_visible=np.append(fully_visible, True),
            known=np.append(annotations_3d.is_known, True),
        ),
    )
