"""Builds cars, vans and trucks."""

from __future__ import annotations

import numpy as np

from training.scenes.body_profiles import BODY_PROFILES
from training.scenes.car_body import build_car_body
from training.scenes.lights import build_lights
from training.scenes.mesh import Mesh, Surface, fit_mesh, join_meshes
from training.scenes.paints import HUBS, draw_paint
from training.scenes.primitives import make_sheet, make_wheel
from training.scenes.truck import build_truck


def draw_vehicle_size(body: str, rng: np.random.Generator) -> np.ndarray:
    """Draw (3,) height, width and length in metres of a body, which `build_vehicle` explains."""
    if body == "truck":
        return rng.uniform((2.6, 2.2, 6.0), (3.8, 2.6, 11.0))
    return np.array(BODY_PROFILES[body][1]) * rng.normal(1, (0.03, 0.03, 0.05)).clip(0.9, 1.12)


def build_vehicle(body: str, dimensions: np.ndarray, rng: np.random.Generator) -> Mesh:
    """Build a vehicle.

    Args:
        body: a name in `BODY_PROFILES`, or "truck".
        dimensions: (3,) height, width and length in metres.
        rng: the source of randomness for paint and details.
    """
    if body == "truck":
        return fit_mesh(build_truck(dimensions, rng), dimensions)
    height, width, length = dimensions
    paint, hub = draw_paint(rng), HUBS[rng.integers(len(HUBS))]
    profile = np.array(BODY_PROFILES[body][0])
    profile[1:-1] += rng.normal(0, 0.012, profile[1:-1].shape)
    profile[:, 1] = profile[:, 1].clip(0.3, 1.0)
    radius = float(rng.uniform(0.29, 0.34)) * (1.1 if body in ("suv", "van") else 1)
    axles = (-0.5 + 0.16 + 0.03 * rng.random()) * length, (0.5 - 0.19) * length
    clearance = float(rng.uniform(0.13, 0.19)) / height
    parts = [build_car_body(profile, clearance, paint, body, dimensions, rng)]
    for x in axles:
        for side in (1, -1):
            z = side * (width / 2 - 0.1)
            parts.append(_build_arch(x, side * (width / 2 + 0.004), radius))
            parts.append(make_wheel((x, -radius, z), radius, 0.22, hub))
    parts += build_lights(profile, dimensions, rng)
    return fit_mesh(join_meshes(parts), dimensions)


def _build_arch(x: float, z: float, radius: float) -> Mesh:
    """Build the dark opening above a wheel."""
    turn = np.linspace(-0.3, np.pi + 0.3, 13)
    reach = 1.18 * radius
    rim = np.stack((x + reach * np.cos(turn), -radius - reach * np.sin(turn), z + 0 * turn), -1)
    middle = np.broadcast_to(np.array((x, -radius, z)), rim.shape)
    return make_sheet(np.stack((middle, rim)), Surface(0.008, 0.008, 0.008), smooth=False)
