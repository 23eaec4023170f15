"""Builds the bodywork of cars and vans: a surface over cross sections along a side view."""

from __future__ import annotations

import numpy as np

from training.scenes.body_profiles import BELT
from training.scenes.mesh import Mesh, Surface, join_meshes, make_mesh
from training.scenes.paints import GLASS, TRIM
from training.scenes.primitives import make_sheet


def build_car_body(
    profile: np.ndarray,
    clearance: float,
    paint: Surface,
    body: str,
    dimensions: np.ndarray,
    rng: np.random.Generator,
) -> Mesh:
    """Build the body between the wheels and the roof.

    Args:
        profile: (P, 2) side view, see `BODY_PROFILES`.
        clearance: height of the sill over the ground, as a share of the height.
        paint: the look of the metal.
        body: a name in `BODY_PROFILES`.
        dimensions: (3,) height, width and length in metres.
        rng: the source of randomness for windows and pillars.
    """
    stations = np.unique(np.concatenate((profile[:, 0], np.linspace(-0.48, 0.48, 22))))
    top = np.interp(stations, profile[:, 0], profile[:, 1])
    belt = np.minimum(top, BELT + 0.04 * (0.5 - stations) * (body != "van"))
    cabin = ((top - belt) / (1 - BELT)).clip(0, 1)
    half = 0.5 * (1 - 1.4 * np.abs(stations).clip(0.38) ** 4.0)
    half += 0.5 - half.max()
    inset = (0.1 if body == "van" else rng.uniform(0.2, 0.3)) * cabin
    lowest = clearance + 0.05 * (np.abs(stations) > 0.44)
    zeros = np.zeros_like(top)
    ring = [  # Half widths and heights, from the sill to the middle of the roof.
        (0.93 * half, lowest),
        (0.995 * half, lowest + 0.05),
        (half, 0.6 * belt + 0.4 * lowest),
        (half * 0.975, belt - 0.02),
        (half * 0.95 * (1 - 0.1 * inset), belt),
        (half * 0.95 * (1 - 0.92 * inset), top - 0.045 * cabin),
        (half * 0.85 * (1 - inset), top - 0.008),
        (zeros, top),
    ]
    sheet = np.stack([np.stack((stations, -y, z), -1) for z, y in ring], 1)
    height, width, length = dimensions
    scale = np.array((length, height, width))
    left = np.concatenate((sheet, (sheet * (1, 1, -1))[:, ::-1][:, 1:]), 1) * scale
    mesh = make_sheet(left[:, ::-1], paint)
    surfaces = mesh.surfaces.reshape(len(stations) - 1, -1, 2, 6)
    glass, trim = np.array(GLASS), np.array(TRIM)
    columns = surfaces.shape[1]
    middle = (stations[1:] + stations[:-1]) / 2
    slope = np.diff(top) / np.maximum(np.diff(stations), 1e-3)
    pillars = [0.02 + 0.06 * rng.random(), -0.22 + 0.05 * rng.random()]
    rear = -0.05 if body == "van" and rng.random() < 0.6 else -1.0
    for i, x in enumerate(middle):
        tall = min(cabin[i], cabin[i + 1]) > 0.35
        if tall and abs(slope[i]) < 1.6 and x > rear and min(abs(x - p) for p in pillars) > 0.025:
            surfaces[i, (4, columns - 5)] = glass
        window = abs(slope[i]) > 0.7 and max(cabin[i], cabin[i + 1]) > 0.25 and abs(x) < 0.49
        if window and (x > 0 or rear < -0.5):
            surfaces[i, 6 : columns - 6] = glass
        surfaces[i, (0, columns - 1)] = trim
    parts = [mesh]
    for end, ring_points in ((-1, left[0]), (1, left[-1])):
        middle_point = np.array((ring_points[0, 0], ring_points[:, 1].mean(), 0.0))
        ring_points = np.concatenate((ring_points, ring_points[:1]))
        fan = np.stack(
            (np.broadcast_to(middle_point, ring_points[1:].shape), ring_points[:-1],
             ring_points[1:])[::1], 1
        )  # fmt: skip
        normals = np.broadcast_to(np.array((end, -0.1, 0.0)), fan.shape)
        parts.append(make_mesh(fan, paint, normals))
    floor = np.stack((left[:, 0], left[:, -1]), 1)
    parts.append(make_sheet(floor, Surface(0.01, 0.01, 0.01), smooth=False))
    return join_meshes(parts)
