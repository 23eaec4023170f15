"""Draws random roads and what stands beside them."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh, find_extent
from training.scenes.mesh_library import MeshLibrary
from training.scenes.road import Road
from training.scenes.scene import Actor


def draw_road(rng: np.random.Generator, length: float) -> Road:
    """Draw a street, a residential road, a country road or a motorway.

    Args:
        rng: the source of randomness.
        length: a crossing road or a zebra crossing is at most this many metres along the road.
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


def draw_surroundings(
    road: Road, length: float, library: MeshLibrary, rng: np.random.Generator
) -> list[Actor]:
    """Draw buildings, trees, hedges, poles and barriers along a road.

    Args:
        road: the road beside which they stand.
        length: metres of road that get surroundings.
        library: the meshes that they are picked from.
        rng: the source of randomness.
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
            built = rng.random() < density
            mesh = library.take(("block" if road.urban else "house") if built else "hedge")
            low, high = find_extent(mesh)
            extent, depth = float(high[0] - low[0]), float(high[2] - low[2])
            offset = setback + depth / 2 if built else road.edge + 0.6
            if built or rng.random() < 0.5:
                add(mesh, along + extent / 2, side * offset, half=extent / 2)
            along += extent + float(rng.exponential(3))
        for along in rng.uniform(0, length, rng.poisson(6 * rng.random() * (1 + (density < 0.4)))):
            near = road.edge + (0.8 if road.pavement else 2.5)
            add(
                library.take("tree"),
                along,
                side * (near + rng.exponential(3 + 12 * (not road.urban))),
            )
        for along in rng.uniform(0, length, rng.poisson(3 * rng.random())):
            add(library.take("bush"), along, side * (road.edge + 1 + rng.exponential(2)))
        for along in rng.uniform(-1, length, rng.poisson(3)):
            offset = side * (road.half_width + 0.45 if road.pavement else road.half_width + 1.3)
            mesh = library.take("sign" if rng.random() < 0.6 else "lamp")
            add(mesh, along, offset, np.pi if side > 0 else 0.0)
        if road.pavement == 0 and rng.random() < 0.5:
            for along in np.arange(0, length, 12.0).tolist():
                add(library.take("rail"), along + 6, side * (road.half_width + 0.9), half=6)
    return actors
