"""Computes random textures without stored images, compiled by Numba.

Source: Perlin, "An image synthesizer", 1985.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from training.scenes.weather import Vector


@numba.njit(cache=True, inline="always")
def _hash(x: np.int64, y: np.int64, seed: int) -> float:
    n = np.uint32(x) * np.uint32(374761393) + np.uint32(y) * np.uint32(668265263)
    n = np.uint32(n + np.uint32(seed) * np.uint32(974634599))
    n = np.uint32((n ^ (n >> np.uint32(13))) * np.uint32(1274126177))
    return np.uint32(n ^ (n >> np.uint32(16))) * 4.656612873e-10 - 1.0


@numba.njit(cache=True, fastmath=True)
def noise(x: float, y: float, seed: int) -> float:
    """Return a smooth random value in -1..1, which changes over a distance of about 1."""
    left, top = math.floor(x), math.floor(y)
    dx, dy = x - left, y - top
    dx, dy = dx * dx * (3 - 2 * dx), dy * dy * (3 - 2 * dy)
    i, j = np.int64(left), np.int64(top)
    a, b = _hash(i, j, seed), _hash(i + 1, j, seed)
    c, d = _hash(i, j + 1, seed), _hash(i + 1, j + 1, seed)
    upper, lower = a + (b - a) * dx, c + (d - c) * dx
    return upper + (lower - upper) * dy


@numba.njit(cache=True, fastmath=True)
def fractal_noise(x: float, y: float, seed: int, octaves: int) -> float:
    """Return a sum of noises, each with half the size and strength of the one before."""
    total, weight = 0.0, 0.5
    for i in range(octaves):
        total += weight * noise(x, y, seed + i)
        x, y, weight = 2.03 * x + 7.1, 2.03 * y + 3.3, weight / 2
    return total


@numba.njit(cache=True, fastmath=True)
def clamp(value: float, low: float, high: float) -> float:
    """Return the value of the range that is nearest to `value`."""
    return min(max(value, low), high)


@numba.njit(cache=True, fastmath=True)
def dot(a: np.ndarray | Vector, b: np.ndarray | Vector) -> float:
    """Return the scalar product of two (3,) vectors without allocating memory."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
