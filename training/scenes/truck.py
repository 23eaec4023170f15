"""Builds trucks."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh, join_meshes
from training.scenes.paints import GLASS, HUBS, TRIM, draw_paint
from training.scenes.primitives import make_cuboid, make_quads, make_wheel


def build_truck(dimensions: np.ndarray, rng: np.random.Generator) -> Mesh:
    """Build a cab in front of a box, with (3,) height, width and length in metres."""
    height, width, length = dimensions
    front, half = length / 2, width / 2
    cab, box = draw_paint(rng), draw_paint(rng)
    start = front - 1.9
    low = min(0.95 * height, 2.7)
    parts = [
        make_cuboid((start, -low, -half * 0.96), (front, -0.45, half * 0.96), cab),
        make_cuboid((-front, -height, -half), (start - 0.25, -1.0, half), box),
        make_cuboid((-front + 0.1, -1.0, -half * 0.5), (start, -0.6, half * 0.5), TRIM),
        make_cuboid(
            (front - 0.02, -0.92 * low, -half * 0.86), (front + 0.01, -0.58 * low, half * 0.86),
            GLASS,
        ),
    ]  # fmt: skip
    for side in (1, -1):
        z = side * (half * 0.96 + 0.005)
        quad = [(start + 0.5, -0.9 * low, z), (front - 0.15, -0.9 * low, z),
                (front - 0.15, -0.6 * low, z), (start + 0.5, -0.6 * low, z)]  # fmt: skip
        parts.append(make_quads(np.array([quad]), GLASS))
        for x in (front - 1.0, -front + 1.0, -front + 2.1):
            parts.append(make_wheel((x, -0.48, side * (half - 0.16)), 0.48, 0.3, HUBS[1]))
    return join_meshes(parts)
