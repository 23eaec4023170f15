"""Where objects are in space, from a depth image that is registered to the colour image."""

from __future__ import annotations

import numpy as np

# Bins of depth: each is farther than the one before by this factor, about what a depth camera
# is off by between neighbouring pixels.
BIN = 1.04
# A surface is a peak with this share of the pixels of the highest peak. Less is noise, or
# something small in front.
PEAK_SHARE = 0.4
# It goes on as long as bins have this share of its peak.
SURFACE_SHARE = 0.1
# So many pixels at least, for a box too small or too full of holes says nothing.
MIN_PIXELS = 5
# Of the pixels of a surface, in per cent: edges mix two depths.
NEAR, FAR = 5, 95
# Of a box's sides, left out at each border, where the background is seen.
MARGIN = 0.1
# Half the side of the square around a joint, as a share of the person's height.
JOINT_RADIUS = 0.02
# How far in front of or behind a person's trunk a joint may be, in metres.
REACH = 1.0


def find_surface(depths: np.ndarray) -> tuple[float, float, float]:
    """The nearest surface among many depths: people stand before a wall, not behind it.

    Args:
        depths: (N,) metres, NaN where unknown.

    Returns:
        its near side, median and far side in metres, NaN where too little is known.
    """
    known = depths[np.isfinite(depths)]
    if len(known) < MIN_PIXELS:
        return np.nan, np.nan, np.nan
    bins = np.floor(np.log(known) / np.log(BIN)).astype(int)
    first = bins.min()
    # Smoothed, so that a surface on the border of two bins is one.
    counts = np.convolve(np.bincount(bins - first, minlength=3), (1, 1, 1), "same")
    high = np.flatnonzero(counts >= PEAK_SHARE * counts.max())
    # The top of the first hill that is high enough.
    peak = high[0]
    while peak + 1 < len(counts) and counts[peak + 1] >= counts[peak]:
        peak += 1
    thin = np.flatnonzero(counts < SURFACE_SHARE * counts[peak])
    before, after = thin[thin < peak], thin[thin > peak]
    start = before[-1] + 1 if len(before) else 0
    end = after[0] if len(after) else len(counts)
    surface = known[(bins - first >= start) & (bins - first < end)]
    near, middle, far = np.percentile(surface, (NEAR, 50, FAR))
    return float(near), float(middle), float(far)


def measure_boxes(depth: np.ndarray, boxes: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """The surfaces of objects.

    Args:
        depth: (H, W) metres, NaN where unknown; may be of another size than the image.
        boxes: (N, 4) x1 y1 x2 y2 in pixels of the image.
        image_size: height and width of the image.

    Returns:
        (N, 3) near side, median and far side in metres, rows of NaN where too little is known.
    """
    margins = MARGIN * (boxes[:, 2:] - boxes[:, :2])
    inner = boxes + np.concatenate((margins, -margins), 1)
    limits = _to_depth_pixels(inner, depth, image_size)
    rows = [find_surface(_cut_out(depth, box).ravel()) for box in limits]
    return np.array(rows, np.float64).reshape(-1, 3)


def measure_joints(
    depth: np.ndarray,
    joints: np.ndarray,
    boxes: np.ndarray,
    surfaces: np.ndarray,
    image_size: tuple[int, int],
) -> np.ndarray:
    """The depth of persons' joints; what is not within reach of the person is unknown.

    Args:
        depth: as for `measure_boxes`.
        joints: (N, J, 2) x y in pixels of the image.
        boxes: (N, 4) of the persons.
        surfaces: (N, 3) of `measure_boxes`.
        image_size: height and width of the image.

    Returns:
        (N, J) metres, NaN where unknown.
    """
    depths = np.full(joints.shape[:2], np.nan)
    for person, points in enumerate(joints):
        middle = surfaces[person, 1]
        radius = max(JOINT_RADIUS * (boxes[person, 3] - boxes[person, 1]), 1.0)
        squares = np.concatenate((points - radius, points + radius), 1)
        limits = _to_depth_pixels(squares, depth, image_size)
        for joint, square in enumerate(limits):
            values = _cut_out(depth, square)
            values = values[np.abs(values - middle) <= REACH]
            if values.size:
                depths[person, joint] = np.median(values)
    return depths


def _to_depth_pixels(
    boxes: np.ndarray, depth: np.ndarray, image_size: tuple[int, int]
) -> np.ndarray:
    """(N, 4) boxes of the image in pixels of the depth image, whose corners are the same."""
    (height, width), (rows, columns) = image_size, depth.shape
    return boxes * ((columns / width, rows / height) * 2)


def _cut_out(depth: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The part of the depth image within a box, at least a pixel of it, none outside."""
    rows, columns = depth.shape
    x1, y1, x2, y2 = np.nan_to_num(box)
    left, top = max(int(x1), 0), max(int(y1), 0)
    right, bottom = min(max(int(x2), left + 1), columns), min(max(int(y2), top + 1), rows)
    return depth[top:bottom, left:right]
