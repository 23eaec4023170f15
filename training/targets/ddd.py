"""Targets of 3D detection (paper section 4)."""

from __future__ import annotations

import math

import numpy as np

from training.targets.boxes import Size, find_centre
from training.targets.gaussian import IGNORED, draw_gaussian

MAX_OBJECTS = 50


def encode_ddd(
    boxes: np.ndarray,
    labels: np.ndarray,
    ignored: np.ndarray,
    angles: np.ndarray,
    depths: np.ndarray,
    dimensions: np.ndarray,
    size: Size,
    *,
    centres: np.ndarray | None = None,
    known: np.ndarray | None = None,
    rectangles: bool = False,
    augmented: bool = False,
    corrected_radius: bool = False,
    max_objects: int = MAX_OBJECTS,
) -> dict[str, np.ndarray]:
    """Targets of one image; object k has slot k, which stays empty if it trains no box.

    Args:
        boxes: (N, 4) float32 2D boxes on the output map, from `boxes_to_map`.
        labels: (N,) class of each, -1 for none.
        ignored: (N, C) bool, the classes of which nobody knows whether the object is one.
        angles: (N,) observation angles in radians, or what else the head "rot" is to tell.
        depths: (N,) z in metres.
        dimensions: (N, 3) height, width and length in metres.
        size: height and width of the output map.
        centres: (N, 2) x y on the output map of the objects' middles in space, for networks with
            the head "amodal_offset".
        known: (N,) bool, of which objects the place in space is known, all if None; the others
            train their class and 2D box alone.
        rectangles: ignore whole boxes (the authors' rect_mask) rather than their Gaussians.
        augmented: the image was scaled or moved, so that depths and dimensions do not hold.
        corrected_radius: Gaussians of the intended radius rather than the authors'.
        max_objects: slots; objects beyond are left out.

    Returns:
        "hm" (C, H, W) float32; "ind" (K,) int64; "reg", "wh" (K, 2), "dep" (K, 1), "dim" (K, 3)
        float32, and with centres "amodal_offset" (K, 2); "rotbin" (K, 2) int64 which bins an
        angle falls into and "rotres" (K, 2) float32 radians from their centres; "box_mask" (K,)
        uint8 which slots are filled, "rot_mask" those of known objects, and "reg_mask" the latter
        where depths and dimensions hold.
    """
    rows, columns = size
    targets = {
        "hm": np.zeros((ignored.shape[1], rows, columns), np.float32),
        "ind": np.zeros(max_objects, np.int64),
        "reg": np.zeros((max_objects, 2), np.float32),
        "wh": np.zeros((max_objects, 2), np.float32),
        "dep": np.zeros((max_objects, 1), np.float32),
        "dim": np.zeros((max_objects, 3), np.float32),
        "rotbin": np.zeros((max_objects, 2), np.int64),
        "rotres": np.zeros((max_objects, 2), np.float32),
        "box_mask": np.zeros(max_objects, np.uint8),
        "rot_mask": np.zeros(max_objects, np.uint8),
        "reg_mask": np.zeros(max_objects, np.uint8),
    }
    if centres is not None:
        targets["amodal_offset"] = np.zeros((max_objects, 2), np.float32)
    for slot, (box, label) in enumerate(zip(boxes[:max_objects], labels)):
        centre = find_centre(box, columns)
        if centre is None:
            continue
        radius = centre.find_radius(False, corrected_radius)
        for channel in np.flatnonzero(ignored[slot]):
            ignore_object(targets["hm"][channel], box, centre.pixel, radius, rectangles)
        if label < 0:
            continue
        draw_gaussian(targets["hm"][label], centre.pixel, radius)
        targets["ind"][slot] = centre.place
        targets["reg"][slot] = centre.offset
        targets["wh"][slot] = centre.size
        targets["box_mask"][slot] = 1
        if known is not None and not known[slot]:
            continue
        if centres is not None:
            targets["amodal_offset"][slot] = centres[slot] - centre.pixel - centre.offset
        targets["dep"][slot] = depths[slot]
        targets["dim"][slot] = dimensions[slot]
        targets["rotbin"][slot], targets["rotres"][slot] = encode_alpha(float(angles[slot]))
        targets["rot_mask"][slot] = 1
        targets["reg_mask"][slot] = not augmented
    return targets


def ignore_object(
    heatmap: np.ndarray, box: np.ndarray, pixel: tuple[int, int], radius: int, rectangle: bool
) -> None:
    """Take an object out of a class's loss.

    Args:
        heatmap: (H, W), changed in place.
        box: (4,) x1 y1 x2 y2 on the map.
        pixel: x and y of the centre.
        radius: of the Gaussian.
        rectangle: the whole box rather than the Gaussian's centre.
    """
    if rectangle:
        left, top, right, bottom = (int(side) for side in box)
        heatmap[top : bottom + 1, left : right + 1] = IGNORED
    else:
        draw_gaussian(heatmap, pixel, radius)
        heatmap[pixel[1], pixel[0]] = IGNORED


def encode_alpha(alpha: float) -> tuple[tuple[bool, bool], tuple[float, float]]:
    """The two overlapping bins, about -pi/2 and pi/2, that an angle falls into.

    Returns:
        which of the two hold the angle, and the angle from the centre of each that does, else 0.
    """
    sixth = math.pi / 6
    first = alpha < sixth or alpha > 5 * sixth
    second = alpha > -sixth or alpha < -5 * sixth
    return (first, second), (
        alpha + math.pi / 2 if first else 0.0,
        alpha - math.pi / 2 if second else 0.0,
    )
