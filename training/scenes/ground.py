"""Colours the ground: asphalt with markings, kerbs, pavements and grass."""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from training.scenes.road import Road
from training.scenes.textures import clamp, fractal_noise, noise
from training.scenes.weather import Vector, to_vector


class Ground(NamedTuple):
    """A road and its colours in the form that compiled code takes.

    Attributes:
        curvature, lane, lanes, parking, half_width, pavement, crossing, dashed, zebra: the
            attributes of `Road`.
        crossing_half: half the width of the crossing road in metres.
        pose: x, z and heading of the road's frame in the camera's frame.
        asphalt, paving, verge: linear red, green and blue.
        wear: how much of the markings is worn off, 0..1.
    """

    curvature: float
    lane: float
    lanes: int
    parking: float
    half_width: float
    pavement: float
    crossing: float
    crossing_half: float
    dashed: bool
    zebra: float
    pose: Vector
    asphalt: Vector
    paving: Vector
    verge: Vector
    wear: float


def draw_ground(road: Road, pose: np.ndarray, rng: np.random.Generator) -> Ground:
    """Draw random colours for a road whose frame has a (3,) pose in the camera's frame."""
    grey = rng.uniform(0.06, 0.28)
    asphalt = grey * rng.uniform(0.93, 1.07, 3)
    paving = rng.uniform(0.15, 0.4) * np.array((1.0, 0.95, 0.88)) * rng.uniform(0.92, 1.08, 3)
    grass = np.array((0.1, 0.15, 0.04)) * rng.uniform(0.6, 1.6) + rng.uniform(0, 0.04, 3)
    return Ground(
        road.signed_curvature,
        road.lane,
        road.lanes,
        road.parking,
        road.half_width,
        road.pavement,
        road.crossing,
        road.crossing_width / 2,
        road.dashed,
        road.zebra,
        to_vector(pose),
        to_vector(asphalt),
        to_vector(paving),
        to_vector(paving * rng.uniform(0.7, 1.1) if road.urban else grass),
        rng.uniform(0, 0.8),
    )


@numba.njit(cache=True, fastmath=True)
def find_along(curvature: float, x: float, z: float) -> tuple[float, float]:
    """Return the distance along the road and the offset from its middle, in metres.

    This is the inverse of `Road.find_place`.
    """
    radius = 1 / curvature
    side = 1.0 if radius > 0 else -1.0
    # This form does not lose digits when the centre of the bend is far away.
    excess = (x * x + z * z - 2 * radius * x) / (math.hypot(radius - x, z) + abs(radius))
    return math.atan2(z * side, (radius - x) * side) * radius, -side * excess


@numba.njit(cache=True, fastmath=True)
def colour_ground(
    ground: Ground, x: float, z: float, footprint: float, seed: int, colour: np.ndarray
) -> float:
    """Write the colour of a place on the ground into `colour` and return its gloss, 0..1.

    Args:
        ground: the road and its colours.
        x: metres to the right of the camera.
        z: metres in front of the camera.
        footprint: size in metres of the area that the pixel sees.
        seed: seed of the textures.
        colour: (3,) receives linear red, green and blue.
    """
    dx, dz = x - ground.pose[0], z - ground.pose[1]
    cos, sin = math.cos(ground.pose[2]), math.sin(ground.pose[2])
    along, offset = find_along(ground.curvature, cos * dx - sin * dz, sin * dx + cos * dz)
    # Textures move with the road and not with the camera.
    x, z = offset, along
    across = abs(offset)
    fade = 1 / (1 + 8 * footprint)
    beyond = abs(along - ground.crossing) - ground.crossing_half
    on_crossing = beyond < 0
    if across < ground.half_width or on_crossing:
        patches = fractal_noise(0.3 * x, 0.3 * z, seed, 3)
        grit = noise(22 * x, 22 * z, seed + 7) * fade * fade + noise(5 * x, 5 * z, seed) * fade
        shade = 1 + 0.3 * patches + 0.12 * grit
        lane_offset = (across % ground.lane) / ground.lane - 0.5
        if not on_crossing:
            tracks = abs(abs(lane_offset) - 0.25)
            shade *= 1 - 0.12 * math.exp(-80 * tracks * tracks)
        for k in range(3):
            colour[k] = ground.asphalt[k] * shade
        paint = _find_marking(ground, along, offset, beyond, footprint)
        if paint > 0:
            worn = noise(3 * x, 3 * z, seed + 3) + 0.5 * noise(15 * x, 15 * z, seed + 4)
            paint *= clamp(1.1 - ground.wear * (0.8 + 0.8 * worn), 0.0, 1.0)
            for k in range(3):
                colour[k] += (0.72 - colour[k]) * paint
        return 0.12
    if across < ground.half_width + ground.pavement or beyond < 1.5:
        edge = min(across - ground.half_width, beyond)
        speckle = 1 + 0.15 * fractal_noise(1.5 * x, 1.5 * z, seed + 11, 3)
        if edge < 0.16:
            speckle *= 1.25 if edge > 0.04 else 0.5
        elif fade > 0.3:
            joint = min(along % 0.5, offset % 0.5)
            speckle *= 1 - 0.3 * fade * (joint < 0.03 + footprint / 2)
        for k in range(3):
            colour[k] = ground.paving[k] * speckle
        return 0.0
    lawn = 1 + 0.5 * fractal_noise(0.4 * x, 0.4 * z, seed + 21, 4)
    lawn += 0.5 * fade * noise(9 * x, 9 * z, seed + 22)
    for k in range(3):
        colour[k] = ground.verge[k] * max(lawn, 0.2)
    return 0.0


@numba.njit(cache=True, fastmath=True)
def _find_marking(
    ground: Ground, along: float, offset: float, beyond: float, footprint: float
) -> float:
    """Return how much of a place on the road is covered by a marking, 0..1."""
    if beyond < 0.6:
        return 0.0
    across = abs(offset)
    if abs(along - ground.zebra) < 1.8:
        return 1.0 if offset % 1.0 < 0.5 and across < ground.half_width - 0.2 else 0.0
    half = 0.07
    gap = along % 9.0 > 4.0
    line = 10.0
    if not (ground.dashed and gap):
        line = across - half
    if not gap:
        for k in range(1, ground.lanes):
            line = min(line, abs(across - k * ground.lane) - half)
    if ground.pavement == 0:
        line = min(line, abs(across - ground.half_width + 0.3) - half)
    elif ground.parking > 0:
        line = min(line, abs(across - ground.lanes * ground.lane) - half / 2)
    # A line that is narrower than a pixel only tints the pixel.
    blur = max(footprint / 2, 1e-3)
    return clamp(0.5 - line / (2 * blur), 0.0, 1.0) * min(1.0, half / blur)
