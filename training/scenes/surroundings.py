"""Builds houses, trees and other things that stand beside the road."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from training.scenes.mesh import Mesh, Surface, join_meshes, make_mesh, make_surface
from training.scenes.primitives import make_ball, make_cuboid, make_limb, make_quads, make_sheet

WINDOW = Surface(0.03, 0.04, 0.05, 0.8)


def build_building(length: float, depth: float, height: float, rng: np.random.Generator) -> Mesh:
    """Build a house along x of a size in metres.

    It has windows on all sides and a gabled or a flat roof.
    """
    base = rng.uniform(0.08, 0.5)
    tint = base * (np.array((1.0, 0.9, 0.75)) + rng.normal(0, 0.1, 3)).clip(0.5, 1.15)
    grain = float(rng.uniform(0.05, 0.25))
    wall = make_surface(tint, grain=grain, grain_size=float(rng.uniform(0.3, 3)))
    half, deep = length / 2, depth / 2
    parts = [make_cuboid((-half, -height, -deep), (half, 0.5, deep), wall)]
    if rng.random() < 0.6:
        colour = rng.uniform((0.12, 0.04, 0.03), (0.3, 0.14, 0.1))
        tiles = make_surface(colour, grain=0.3, grain_size=0.4)
        ridge, over = height + rng.uniform(1.5, 4), 0.4
        profile = [(-deep - over, 0.2 - height), (0, -ridge), (deep + over, 0.2 - height)]
        ends = [[(x, y, z) for z, y in profile] for x in (-half - over, half + over)]
        parts.append(make_sheet(np.array(ends), tiles, smooth=False))
        for x in (-half, half):
            gable = [[(x, -height, -deep), (x, -height, deep), (x, 0.3 - ridge, 0)]]
            parts.append(make_mesh(np.array(gable), wall))
    parts += _build_windows(length, depth, height, rng)
    return join_meshes(parts)


def _build_windows(
    length: float, depth: float, height: float, rng: np.random.Generator
) -> list[Mesh]:
    wide, tall = rng.uniform(0.9, 1.8), rng.uniform(1.2, 1.8)
    step, storey = wide + rng.uniform(0.9, 2.0), rng.uniform(2.7, 3.3)
    frame = make_surface(rng.uniform(0.3, 0.8) * np.ones(3))
    panes: list[list[tuple[float, float, float]]] = []
    frames: list[list[tuple[float, float, float]]] = []
    for side, extent, along_x in (
        (depth / 2, length, True), (-depth / 2, length, True),
        (length / 2, depth, False), (-length / 2, depth, False),
    ):  # fmt: skip
        count = int((extent - 0.8) / step)
        for level in range(int(height / storey)):
            for i in range(count):
                middle, bottom = (i - (count - 1) / 2) * step, -level * storey - 0.9
                for grow, away, quads in ((0.1, 0.03, frames), (0.0, 0.05, panes)):
                    low, high = middle - wide / 2 - grow, middle + wide / 2 + grow
                    face = side + away * np.sign(side)
                    ys = bottom + grow, bottom - tall - grow
                    pairs = [(low, ys[0]), (high, ys[0]), (high, ys[1]), (low, ys[1])]
                    quads.append([(u, y, face) if along_x else (face, y, u) for u, y in pairs])
    if not panes:
        return []
    return [make_quads(np.array(frames), frame), make_quads(np.array(panes), WINDOW)]


def draw_leaves(rng: np.random.Generator) -> Surface:
    """Draw the look of leaves, which are mostly green and sometimes brown as in autumn."""
    green = np.array((0.07, 0.12, 0.025)) * rng.uniform(0.5, 1.5)
    brown = np.array((0.2, 0.12, 0.04))
    colour = green + (brown - green) * (rng.random() ** 4)
    return make_surface(colour, grain=0.9, grain_size=float(rng.uniform(0.2, 0.5)))


def build_tree(height: float, rng: np.random.Generator) -> Mesh:
    """Build a tree of a height in metres: a trunk and a crown of bumpy balls."""
    leaves = draw_leaves(rng)
    bark = Surface(0.09, 0.07, 0.05, grain=0.5, grain_size=0.1)
    crown = height * rng.uniform(0.22, 0.36)
    middle = -height + crown
    parts = [make_limb((0, 0.2, 0), (0, middle, 0), (0.02 * height, 0.012 * height), bark, 7)]
    for i in range(int(rng.integers(4, 8))):
        away = rng.normal(0, 0.4, 3) * crown * (i > 0)
        radii = crown * rng.uniform(0.55, 0.9, 3)
        parts.append(build_bush((away[0], middle + away[1], away[2]), radii, leaves, rng))
    return join_meshes(parts)


def build_bush(
    centre: ArrayLike, radii: ArrayLike, leaves: Surface, rng: np.random.Generator
) -> Mesh:
    """Build a bumpy ball of leaves with (3,) radii along the axes in metres."""
    bumps = rng.uniform(0.75, 1.2, (9, 13))
    return make_ball(centre, radii, leaves, 8, 12, bumps)


def build_hedge(length: float, height: float, rng: np.random.Generator) -> Mesh:
    """Build a hedge, a wall or a fence along x; sizes in metres."""
    if rng.random() < 0.4:
        colour = rng.uniform((0.15, 0.12, 0.08), (0.5, 0.45, 0.4))
        look = make_surface(colour, grain=0.3, grain_size=0.4)
    else:
        look = draw_leaves(rng)
    return make_cuboid((-length / 2, -height, -0.3), (length / 2, 0.3, 0.3), look)


def build_pole(height: float, rng: np.random.Generator) -> Mesh:
    """Build a sign, or a street lamp if it is higher than 4 m."""
    grey = make_surface(rng.uniform(0.05, 0.4) * np.ones(3), gloss=0.1)
    parts = [make_limb((0, 0.1, 0), (0, -height, 0), (0.06, 0.05), grey, 6)]
    if height > 4:
        reach = float(rng.uniform(0.5, 2.0))
        parts.append(make_limb((0, -height, 0), (0, -height, reach), (0.05, 0.04), grey, 5))
        low = (-0.12, -height - 0.08, reach)
        parts.append(make_cuboid(low, (0.12, -height + 0.05, reach + 0.6), grey))
    else:
        colours = ((0.55, 0.02, 0.02), (0.02, 0.06, 0.4), (0.7, 0.7, 0.7), (0.6, 0.45, 0.02))
        face = make_surface(colours[rng.integers(4)])
        size = rng.uniform(0.25, 0.45)
        turn = np.linspace(0, 2 * np.pi, 3 + 6 * int(rng.integers(2)))
        rim = np.stack((0 * turn - 0.07, -height + size * np.cos(turn), size * np.sin(turn)), -1)
        middle = np.broadcast_to(np.array((-0.07, -height, 0)), rim.shape)
        parts.append(make_sheet(np.stack((middle, rim)), face, smooth=False))
    return join_meshes(parts)


def build_rail(length: float) -> Mesh:
    """Build a crash barrier along x of a length in metres."""
    steel = Surface(0.4, 0.41, 0.42, 0.2, 0.1, 0.5)
    posts = [
        make_cuboid((x - 0.06, -0.6, -0.04), (x + 0.06, 0.1, 0.04), steel)
        for x in np.arange(-length / 2, length / 2, 4.0).tolist()
    ]
    beam = make_cuboid((-length / 2, -0.75, -0.08), (length / 2, -0.45, 0.08), steel)
    return join_meshes([*posts, beam])
