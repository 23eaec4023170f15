"""Targets of 2D detection (paper section 4)."""

from __future__ import annotations

import numpy as np

from training.targets.boxes import Size, find_centre
from training.targets.gaussian import draw_dense, draw_gaussian

MAX_OBJECTS = 128


def encode_ctdet(
    boxes: np.ndarray,
    labels: np.ndarray,
    classes: int,
    size: Size,
    *,
    size_per_class: bool = False,
    dense: bool = False,
    corrected_radius: bool = False,
    max_objects: int = MAX_OBJECTS,
) -> dict[str, np.ndarray]:
    """Targets of one image; object k has slot k, which stays empty if its box is.

    Args:
        boxes: (N, 4) float32 on the output map, from `boxes_to_map`.
        labels: (N,) class of each.
        classes: channels of the heat map.
        size: height and width of the output map.
        size_per_class: a width and height per class (the authors' cat_spec_wh).
        dense: sizes at every pixel (their dense_wh).
        corrected_radius: Gaussians of the intended radius rather than the authors'.
        max_objects: slots; objects beyond are left out.

    Returns:
        "hm" (C, H, W) float32; "ind" (K,) int64 pixel of each slot, "reg_mask" (K,) uint8 which
        slots are filled, "reg" and "wh" (K, 2) float32 in pixels of the map. Instead of "wh",
        "cat_spec_wh" and "cat_spec_mask" (K, 2 C), or "dense_wh" and "dense_wh_mask" (2, H, W).
    """
    rows, columns = size
    targets: dict[str, np.ndarray] = {
        "hm": np.zeros((classes, rows, columns), np.float32),
        "ind": np.zeros(max_objects, np.int64),
        "reg_mask": np.zeros(max_objects, np.uint8),
        "reg": np.zeros((max_objects, 2), np.float32),
        "wh": np.zeros((max_objects, 2), np.float32),
    }
    per_class = np.zeros((max_objects, classes, 2), np.float32)
    class_mask = np.zeros((max_objects, classes, 2), np.uint8)
    dense_sizes = np.zeros((2, rows, columns), np.float32)
    for slot, (box, label) in enumerate(zip(boxes[:max_objects], labels)):
        centre = find_centre(box, columns)
        if centre is None:
            continue
        radius = centre.find_radius(corrected=corrected_radius)
        draw_gaussian(targets["hm"][label], centre.pixel, radius)
        targets["ind"][slot] = centre.place
        targets["reg_mask"][slot] = 1
        targets["reg"][slot] = centre.offset
        targets["wh"][slot] = per_class[slot, label] = centre.size
        class_mask[slot, label] = 1
        if dense:
            draw_dense(dense_sizes, targets["hm"].max(0), centre.pixel, centre.size, radius)
    if size_per_class:
        del targets["wh"]
        targets["cat_spec_wh"] = per_class.reshape(max_objects, -1)
        targets["cat_spec_mask"] = class_mask.reshape(max_objects, -1)
    elif dense:
        del targets["wh"]
        targets["dense_wh"] = dense_sizes
        targets["dense_wh_mask"] = np.repeat(targets["hm"].max(0, keepdims=True), 2, 0)
    return targets
