"""Objects cut out of images that have boxes but no masks."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from centernet_ros.datasets.sample import read_image

# What is surely background about a box, in units of its size.
MARGIN = 0.15
# Ellipses in units of the box: probably and surely the object.
PROBABLE, SURE = 0.95, 0.5
# Below so much of the height all is taken, with the road: GrabCut loses wheels and shadows.
FOOT = 0.6
# Larger crops are segmented at a lower resolution.
MAX_SIDE = 160
ITERATIONS = 4
# Of GrabCut's mixtures, and what keeps those of equal colours from being singular.
COMPONENTS, VARIANCE = 5, 0.01
OBJECT = (cv2.GC_FGD, cv2.GC_PR_FGD)
# With less than this share of its box, the segmentation has lost the object.
MIN_SHARE = 0.25


@lru_cache(maxsize=1024)
def cut_out(path: Path, box: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The pixels of a box and how much of each is the object's.

    Args:
        path: of the image.
        box: x1 y1 x2 y2 in whole pixels, inside the image.

    Returns:
        (h, w, 3) uint8 BGR and (h, w) float32 in 0..1, soft at its edge.

    Raises:
        DataError: the image is missing or does not decode.
    """
    pixels = read_image(path)
    x1, y1, x2, y2 = box
    extra_x, extra_y = (int(MARGIN * side) + 1 for side in (x2 - x1, y2 - y1))
    left, top = max(0, x1 - extra_x), max(0, y1 - extra_y)
    around = pixels[top : y2 + extra_y, left : x2 + extra_x]
    inner = slice(y1 - top, y2 - top), slice(x1 - left, x2 - left)
    mask = segment(around, inner)[inner]
    mask[int(FOOT * len(mask)) :] = 1
    mask *= _draw_ellipse(mask.shape, (slice(0, y2 - y1), slice(0, x2 - x1)), 1.0, power=8)
    sigma = 0.5 + 0.01 * max(mask.shape)
    return pixels[y1:y2, x1:x2].copy(), cv2.GaussianBlur(mask, (0, 0), sigma)


def segment(pixels: np.ndarray, box: tuple[slice, slice]) -> np.ndarray:
    """(h, w) float32, 1 where an object is: GrabCut (Rother et al. 2004) from an ellipse.

    Args:
        pixels: (h, w, 3) uint8 BGR.
        box: rows and columns of the object, some pixels from the border.
    """
    guess = np.full(pixels.shape[:2], cv2.GC_BGD, np.uint8)
    guess[box] = cv2.GC_PR_BGD
    probable = _draw_ellipse(guess.shape, box, PROBABLE)
    guess[probable] = cv2.GC_PR_FGD
    guess[_draw_ellipse(guess.shape, box, SURE)] = cv2.GC_FGD
    scale = min(1.0, MAX_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    labels = cv2.resize(guess, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    labels = np.ascontiguousarray(labels, np.uint8)
    inside = np.isin(labels, OBJECT)
    models = (make_mixture(small[~inside]), make_mixture(small[inside]))
    cv2.grabCut(small, labels, (0, 0, 0, 0), *models, ITERATIONS, cv2.GC_EVAL)
    found = np.isin(labels, OBJECT).astype(np.uint8)
    size = 1 + 2 * (max(found.shape) // 20)
    closed = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    mask = np.asarray(cv2.resize(closed, guess.shape[::-1]), np.float32)
    return mask if mask[box].mean() >= MIN_SHARE else probable.astype(np.float32)


def make_mixture(colours: np.ndarray) -> np.ndarray:
    """A mixture of five Gaussians that GrabCut begins with, always the same for the same colours.

    The colours are cut into five parts of one size along the axis on which they differ most.
    GrabCut's own beginning draws from OpenCV's global random numbers.

    Args:
        colours: (N, 3) uint8 BGR.

    Returns:
        (1, 65) float64, the weights, means and covariances as OpenCV lays them out.
    """
    values = colours.reshape(-1, 3).astype(np.float64)
    _, axes = np.linalg.eigh(np.cov(values, rowvar=False) if len(values) > 1 else np.eye(3))
    parts = np.array_split(values[np.argsort(values @ axes[:, -1], kind="stable")], COMPONENTS)
    weights = np.array([len(part) for part in parts]) / max(len(values), 1)
    means = [part.mean(0) if len(part) else np.zeros(3) for part in parts]
    covariances = [
        (np.cov(part, rowvar=False) if len(part) > 1 else np.zeros((3, 3))) + VARIANCE * np.eye(3)
        for part in parts
    ]
    return np.concatenate((weights, np.ravel(means), np.ravel(covariances)))[None]


def _draw_ellipse(
    shape: tuple[int, ...], box: tuple[slice, slice], share: float, power: int = 2
) -> np.ndarray:
    """(h, w) bool, the ellipse that fills a share of a box; of a high power, a rounded box."""
    rows, columns = (
        abs(2 * (np.arange(side) - (s.start + s.stop - 1) / 2) / (share * (s.stop - s.start)))
        for side, s in zip(shape, box)
    )
    return rows[:, None] ** power + columns**power <= 1
