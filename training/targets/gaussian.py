"""The Gaussian peaks of target heat maps (paper section 3, equation 1; CornerNet)."""

from __future__ import annotations

import math

import numpy as np

MIN_OVERLAP = 0.7
# Just below the 1 of a positive, so that the focal loss gives such pixels no weight.
IGNORED = 0.9999


def compute_radius(
    height: float, width: float, min_overlap: float = MIN_OVERLAP, corrected: bool = False
) -> float:
    """How far a peak may lie from an object's centre, in the units of height and width.

    By default this is CornerNet's first formula with its error, as in the authors' code (issue
    273): of its three cases, this one is always the smallest. The radius is 3.3 to 4 times the
    intended, `corrected` one, and training with that was worse (pull request 171).
    """
    area, half = width * height, height + width
    b = 2 * min_overlap * half
    c = (1 - min_overlap) * area
    authors = (math.sqrt(b**2 + 16 * min_overlap * c) - b) / 2
    if not corrected:
        return authors
    # Both corners inward; both outward; one each way.
    inward = (half - math.sqrt(half**2 - 4 * c)) / 4
    outward = authors / (4 * min_overlap)
    shifted = (half - math.sqrt(half**2 - 4 * c / (1 + min_overlap))) / 2
    return min(inward, outward, shifted)


def build_gaussian(radius: int) -> np.ndarray:
    """(2 radius + 1, 2 radius + 1) float64 peak of height 1; a sixth of its side is sigma."""
    sigma = (2 * radius + 1) / 6
    line = np.arange(-radius, radius + 1)
    gaussian = np.exp(-(line[:, None] ** 2 + line**2) / (2 * sigma**2))
    gaussian[gaussian < np.finfo(float).eps] = 0
    return gaussian


def draw_gaussian(heatmap: np.ndarray, centre: tuple[int, int], radius: int) -> None:
    """Raise a heat map to a peak where it is lower.

    Args:
        heatmap: (H, W) float32, changed in place.
        centre: x and y of the peak, inside the map.
        radius: in pixels of the map.
    """
    window, part = overlap_window(heatmap.shape, centre, radius)
    np.maximum(heatmap[window], build_gaussian(radius)[part], out=heatmap[window])


def draw_dense(
    target: np.ndarray,
    heatmap: np.ndarray,
    centre: tuple[int, int],
    values: np.ndarray,
    radius: int,
    offsets: bool = False,
) -> None:
    """Write an object's values at every pixel where its Gaussian is not below a heat map.

    Args:
        target: (C, H, W) float32, changed in place.
        heatmap: (H, W) float32.
        centre: x and y of the object, inside the map.
        values: (C,).
        radius: of the Gaussian in pixels.
        offsets: the values are x and y from the centre, to be written as seen from each pixel.
    """
    window, part = overlap_window(heatmap.shape, centre, radius)
    wins = build_gaussian(radius)[part] >= heatmap[window]
    written = np.broadcast_to(values[:, None, None], (len(values), *wins.shape)).astype(np.float32)
    if offsets:
        ys, xs = np.mgrid[window]
        written = written - np.stack((xs - centre[0], ys - centre[1]))
    target[(slice(None), *window)][:, wins] = written[:, wins]


def overlap_window(
    shape: tuple[int, int], centre: tuple[int, int], radius: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """The rows and columns of a map that a window about a centre covers, and of that window."""
    (x, y), (rows, columns) = centre, shape
    top, left = max(0, y - radius), max(0, x - radius)
    bottom, right = min(rows, y + radius + 1), min(columns, x + radius + 1)
    shift_y, shift_x = y - radius, x - radius
    return (
        (slice(top, bottom), slice(left, right)),
        (slice(top - shift_y, bottom - shift_y), slice(left - shift_x, right - shift_x)),
    )
