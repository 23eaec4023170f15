"""Builds what is mounted on the front and rear ends of cars and vans."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh, Surface
from training.scenes.paints import TRIM
from training.scenes.primitives import make_cuboid


def build_lights(
    profile: np.ndarray, dimensions: np.ndarray, rng: np.random.Generator
) -> list[Mesh]:
    """Build lamps, number plates, grille and bumpers, which lie flat on both ends.

    Args:
        profile: (P, 2) side view, see `BODY_PROFILES`.
        dimensions: (3,) height, width and length in metres.
        rng: the source of randomness.
    """
    height, width, length = dimensions
    front, back = length / 2, -length / 2
    lamp = Surface(0.6, 0.6, 0.58, 0.6)
    red = Surface(0.35 * float(rng.uniform(0.6, 1.4)), 0.01, 0.01, 0.4)
    plate = Surface(0.7, 0.7, 0.66) if rng.random() < 0.8 else Surface(0.7, 0.55, 0.1)
    nose, tail = profile[-2, 1] * height, profile[1, 1] * height
    level = float(rng.uniform(0.86, 0.93))
    parts = []

    def add(x: float, low: float, high: float, inner: float, outer: float, look: Surface) -> None:
        thick = 0.05 * np.sign(x)
        for side in (1, -1) if inner > 0 else (1,):
            zs = sorted((side * inner, side * outer)) if inner > 0 else (-outer, outer)
            ends = sorted((x - thick, x))
            parts.append(make_cuboid((ends[0], -high, zs[0]), (ends[1], -low, zs[1]), look))

    half = width / 2
    add(front - 0.07, level * nose - 0.14, level * nose, half * 0.5, half * 0.86, lamp)
    add(back + 0.008, 0.78 * tail - 0.17, 0.8 * tail, half * 0.58, half * 0.86, red)
    add(front + 0.004, 0.5 * nose, 0.5 * nose + 0.11, 0, 0.26, plate)
    add(back - 0.004, 0.55 * tail, 0.55 * tail + 0.11, 0, 0.26, plate)
    add(front + 0.002, 0.74 * nose, 0.9 * nose, 0, half * 0.45, TRIM)
    if rng.random() < 0.5:
        for x in (front - 0.012, back + 0.012):
            add(x, 0.24, 0.42, 0, half * 0.84, TRIM)
    return parts
