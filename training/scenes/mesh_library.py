"""A library of meshes, each of them built once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from training.scenes.body_profiles import CARS
from training.scenes.mesh import Mesh
from training.scenes.people import build_cyclist, build_pedestrian
from training.scenes.surroundings import (
    build_building,
    build_bush,
    build_hedge,
    build_pole,
    build_rail,
    build_tree,
    draw_leaves,
)
from training.scenes.vehicles import build_vehicle, draw_vehicle_size

# How many different meshes there are of each kind.
VARIETY = 400


def _draw_vehicle(body: str, rng: np.random.Generator) -> Mesh:
    return build_vehicle(body, draw_vehicle_size(body, rng), rng)


def _draw_building(heights: tuple[float, float], rng: np.random.Generator) -> Mesh:
    length, depth, height = rng.uniform((8, 8, heights[0]), (24, 14, heights[1])).tolist()
    return build_building(length, depth, height, rng)


def _draw_hedge(rng: np.random.Generator) -> Mesh:
    length, height = rng.uniform((8, 0.7), (24, 2.2)).tolist()
    return build_hedge(length, height, rng)


def _draw_bush(rng: np.random.Generator) -> Mesh:
    size = rng.uniform(0.4, 1.4, 3)
    return build_bush((0, -size[1] * 0.7, 0), size, draw_leaves(rng), rng)


BUILDERS: dict[str, Callable[[np.random.Generator], Mesh]] = {
    "car": lambda rng: _draw_vehicle(str(rng.choice(CARS)), rng),
    "van": lambda rng: _draw_vehicle("van", rng),
    "truck": lambda rng: _draw_vehicle("truck", rng),
    "pedestrian": lambda rng: build_pedestrian(float(np.clip(rng.normal(1.72, 0.1), 1.1, 2)), rng),
    "cyclist": lambda rng: build_cyclist(float(np.clip(rng.normal(1.74, 0.07), 1.5, 1.95)), rng),
    "house": lambda rng: _draw_building((4, 9), rng),
    "block": lambda rng: _draw_building((6, 16), rng),
    "hedge": _draw_hedge,
    "tree": lambda rng: build_tree(float(rng.uniform(3.5, 12)), rng),
    "bush": _draw_bush,
    "sign": lambda rng: build_pole(float(rng.uniform(2.2, 3.0)), rng),
    "lamp": lambda rng: build_pole(float(rng.uniform(5, 9)), rng),
    "rail": lambda _: build_rail(12.0),
}


class MeshLibrary:
    """A few hundred different meshes of every kind; another seed has other meshes."""

    def __init__(self, seed: int, rng: np.random.Generator) -> None:
        """Open the library of a seed, from which `rng` picks."""
        self._seed, self._rng = seed, rng

    def take(self, name: str) -> Mesh:
        """Pick a mesh of a kind, which is a name in `BUILDERS`."""
        return _build(name, self._seed, int(self._rng.integers(VARIETY)))


@lru_cache(maxsize=6000)
def _build(name: str, seed: int, number: int) -> Mesh:
    return BUILDERS[name](np.random.default_rng((seed, list(BUILDERS).index(name), number)))
