"""Random roads and what stands beside them."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh
from training.scenes.road import Road
from training.scenes.scene import Actor
from training.scenes.surroundings import (
    build_building,
    build_bush,
    build_hedge,
    build_pole,
    build_rail,
    build_tree,
    draw_leaves,
)


def draw_road(rng: np.random.Generator, length: float) -> Road:
    """A street, a residential road, a country road or a motorway.

    Args:
        rng: source of randomness.
        length: metres along it within which something may cross.
    """
    style = rng.choice(("street", "residential", "country", "motorway"), p=(0.4, 0.3, 0.2, 0.1))
    bend = float(rng.normal(0, 0.004) if style != "motorway" else rng.normal(0, 0.0015))
    crossing = float(rng.uniform(10, length)) if rng.random() < 0.5 else np.inf
    zebra = float(rng.uniform(8, length)) if rng.random() < 0.25 else np.inf
    width = float(rng.uniform(5.5, 14))
    if style == "street":
        lanes = int(rng.integers(1, 3))
        parking = 2.2 * float(rng.random() < 0.5)
        pavement = float(rng.uniform(1.5, 5))
        return Road(bend, 3.2, lanes, parking, pavement, crossing, width, True, zebra)
    if style == "residential":
        pavement, parking = float(rng.uniform(1, 2.5)), 2.1 * float(rng.random() < 0.7)
        lane = float(rng.uniform(2.3, 3))
        return Road(bend, lane, 1, parking, pavement, crossing, 6.0, True, np.inf, False)
    if style == "country":
        return Road(bend, 3.4, 1, 0.0, 0.0, crossing, width, bool(rng.random() < 0.7), urban=False)
    return Road(bend, 3.7, int(rng.integers(2, 4)), 0.0, 0.0, dashed=False, urban=False)


def draw_surroundings(road: Road, length: float, rng: np.random.Generator) -> list[Actor]:
    """Buildings, trees, hedges, poles and barriers along a road.

    Args:
        road: beside which they stand.
        length: metres along it.
        rng: source of randomness.
    """
    actors: list[Actor] = []

    def add(mesh: Mesh, along: float, offset: float, turn: float = 0.0, half: float = 1.0) -> None:
        if abs(along - road.crossing) > road.crossing_width / 2 + 1.5 + half:
            actors.append(Actor("", mesh, along, offset, turn))

    for side in (1, -1):
        density = rng.random() if not road.urban else 0.5 + 0.5 * rng.random()
        setback = road.edge + rng.uniform(0, 3 if road.urban else 14) + 0.5
        along = float(rng.uniform(-12, 5))
        while along < length:
            extent = float(rng.uniform(8, 24))
            if rng.random() < density:
                depth, height = rng.uniform(8, 14), rng.uniform(4, 9 if not road.urban else 16)
                mesh = build_building(extent, depth, height, rng)
                add(mesh, along + extent / 2, side * (setback + depth / 2), half=extent / 2)
            elif rng.random() < 0.5:
                mesh = build_hedge(extent, rng.uniform(0.7, 2.2), rng)
                add(mesh, along + extent / 2, side * (road.edge + 0.6), half=extent / 2)
            along += extent + float(rng.exponential(3))
        for along in rng.uniform(0, length, rng.poisson(6 * rng.random() * (1 + (density < 0.4)))):
            near = road.edge + (0.8 if road.pavement else 2.5)
            away = near + rng.exponential(3 + 12 * (not road.urban))
            add(build_tree(rng.uniform(3.5, 12), rng), along, side * away)
        for along in rng.uniform(0, length, rng.poisson(3 * rng.random())):
            size = rng.uniform(0.4, 1.4, 3)
            mesh = build_bush((0, -size[1] * 0.7, 0), size, draw_leaves(rng), rng)
            add(mesh, along, side * (road.edge + 1 + rng.exponential(2)))
        for along in rng.uniform(-1, length, rng.poisson(3)):
            offset = side * (road.half_width + 0.45 if road.pavement else road.half_width + 1.3)
            height = rng.uniform(2.2, 3.0) if rng.random() < 0.6 else rng.uniform(5, 9)
            add(build_pole(height, rng), along, offset, np.pi if side > 0 else 0.0)
        if road.pavement == 0 and rng.random() < 0.5:
            for along in np.arange(0, length, 12.0):
                add(build_rail(12.0), along + 6, side * (road.half_width + 0.9), half=6)
    return actors
