"""Cars, vans and trucks: a skin over cross sections along a side view, with wheels and lights."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh, Surface, fit_mesh, join_meshes, make_mesh
from training.scenes.solids import make_cuboid, make_quads, make_sheet, make_wheel

# Side views from back to front: shares of the length and of the height of the upper edge, and
# typical height, width and length in metres. The window line lies at `BELT`.
BELT = 0.6
BODIES = {
    "sedan": (
        ((-0.5, 0.5), (-0.49, 0.66), (-0.33, 0.68), (-0.16, 0.97), (0.0, 1.0), (0.1, 0.97),
         (0.27, 0.66), (0.46, 0.54), (0.5, 0.4)),
        (1.45, 1.77, 4.5),
    ),
    "hatchback": (
        ((-0.5, 0.5), (-0.48, 0.66), (-0.4, 0.9), (-0.33, 0.98), (-0.05, 1.0), (0.08, 0.97),
         (0.27, 0.65), (0.46, 0.54), (0.5, 0.4)),
        (1.48, 1.7, 3.9),
    ),
    "estate": (
        ((-0.5, 0.5), (-0.49, 0.66), (-0.43, 0.95), (-0.2, 1.0), (0.0, 1.0), (0.1, 0.97),
         (0.27, 0.66), (0.46, 0.54), (0.5, 0.4)),
        (1.48, 1.78, 4.6),
    ),
    "suv": (
        ((-0.5, 0.5), (-0.49, 0.68), (-0.43, 0.95), (-0.3, 1.0), (0.0, 1.0), (0.08, 0.97),
         (0.24, 0.68), (0.45, 0.62), (0.5, 0.45)),
        (1.7, 1.85, 4.5),
    ),
    "minivan": (
        ((-0.5, 0.45), (-0.49, 0.62), (-0.46, 0.95), (-0.3, 1.0), (0.05, 1.0), (0.15, 0.96),
         (0.36, 0.62), (0.47, 0.5), (0.5, 0.36)),
        (1.68, 1.8, 4.4),
    ),
    "coupe": (
        ((-0.5, 0.52), (-0.49, 0.68), (-0.36, 0.7), (-0.12, 0.98), (0.0, 1.0), (0.05, 0.98),
         (0.23, 0.66), (0.46, 0.55), (0.5, 0.4)),
        (1.36, 1.78, 4.3),
    ),
    "small": (
        ((-0.5, 0.45), (-0.48, 0.62), (-0.4, 0.93), (-0.3, 0.99), (0.0, 1.0), (0.12, 0.97),
         (0.33, 0.63), (0.46, 0.54), (0.5, 0.4)),
        (1.5, 1.6, 3.4),
    ),
    "van": (
        ((-0.5, 0.4), (-0.495, 0.6), (-0.48, 0.97), (-0.3, 1.0), (0.2, 1.0), (0.28, 0.96),
         (0.4, 0.58), (0.48, 0.45), (0.5, 0.32)),
        (2.1, 1.9, 5.0),
    ),
}  # fmt: skip
CARS = ("sedan", "hatchback", "estate", "suv", "minivan", "coupe", "small")
# Frequent paints, linear: white, silver, grey, black, blue, red, green, yellow, beige, brown.
PAINTS = np.array(
    [
        (0.75, 0.75, 0.74), (0.42, 0.43, 0.44), (0.16, 0.165, 0.17), (0.015, 0.015, 0.017),
        (0.03, 0.07, 0.25), (0.35, 0.02, 0.02), (0.03, 0.13, 0.06), (0.6, 0.4, 0.03),
        (0.4, 0.35, 0.26), (0.1, 0.06, 0.04),
    ]
)  # fmt: skip
SHARES = np.array((0.17, 0.22, 0.17, 0.18, 0.1, 0.07, 0.03, 0.02, 0.02, 0.02))
GLASS = Surface(0.02, 0.025, 0.028, 0.9)
TRIM = Surface(0.025, 0.025, 0.027, 0.1)
HUBS = (Surface(0.35, 0.35, 0.36, 0.4), Surface(0.1, 0.1, 0.11, 0.3), Surface(0.5, 0.5, 0.5, 0.3))


def draw_paint(rng: np.random.Generator) -> Surface:
    """A paint as seen in traffic."""
    colour = PAINTS[rng.choice(len(PAINTS), p=SHARES / SHARES.sum())]
    if rng.random() < 0.15:
        colour = rng.uniform(0.02, 0.6, 3)
    colour = np.clip(colour * rng.uniform(0.75, 1.3, 3) ** 0.5, 0.005, 0.85)
    return Surface(*colour.tolist(), gloss=float(rng.uniform(0.35, 0.9)))


def draw_vehicle_size(body: str, rng: np.random.Generator) -> np.ndarray:
    """(3,) height, width and length in metres."""
    if body == "truck":
        return rng.uniform((2.6, 2.2, 6.0), (3.8, 2.6, 11.0))
    return np.array(BODIES[body][1]) * rng.normal(1, (0.03, 0.03, 0.05)).clip(0.9, 1.12)


def build_vehicle(body: str, dimensions: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A vehicle of a size.

    Args:
        body: a name in `BODIES`, or "truck".
        dimensions: (3,) height, width and length in metres.
        rng: of paint and details.
    """
    if body == "truck":
        return fit_mesh(_build_truck(dimensions, rng), dimensions)
    height, width, length = dimensions
    paint, hub = draw_paint(rng), HUBS[rng.integers(len(HUBS))]
    profile = np.array(BODIES[body][0])
    profile[1:-1] += rng.normal(0, 0.012, profile[1:-1].shape)
    profile[:, 1] = profile[:, 1].clip(0.3, 1.0)
    radius = float(rng.uniform(0.29, 0.34)) * (1.1 if body in ("suv", "van") else 1)
    axles = (-0.5 + 0.16 + 0.03 * rng.random()) * length, (0.5 - 0.19) * length
    clearance = float(rng.uniform(0.13, 0.19)) / height
    parts = [_build_skin(profile, clearance, paint, body, dimensions, rng)]
    for x in axles:
        for side in (1, -1):
            z = side * (width / 2 - 0.1)
            parts.append(_build_arch(x, side * (width / 2 + 0.004), radius))
            parts.append(make_wheel((x, -radius, z), radius, 0.22, hub))
    parts += _build_lights(profile, dimensions, rng)
    return fit_mesh(join_meshes(parts), dimensions)


def _build_skin(
    profile: np.ndarray,
    clearance: float,
    paint: Surface,
    body: str,
    dimensions: np.ndarray,
    rng: np.random.Generator,
) -> Mesh:
    """The body between the wheels and the roof."""
    stations = np.unique(np.concatenate((profile[:, 0], np.linspace(-0.48, 0.48, 22))))
    top = np.interp(stations, profile[:, 0], profile[:, 1])
    belt = np.minimum(top, BELT + 0.04 * (0.5 - stations) * (body != "van"))
    cabin = ((top - belt) / (1 - BELT)).clip(0, 1)
    half = 0.5 * (1 - 1.4 * np.abs(stations).clip(0.38) ** 4.0)
    half += 0.5 - half.max()
    inset = (0.1 if body == "van" else rng.uniform(0.2, 0.3)) * cabin
    lowest = clearance + 0.05 * (np.abs(stations) > 0.44)
    zeros = np.zeros_like(top)
    ring = [  # half widths and heights, from the sill to the middle of the roof
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


def _build_arch(x: float, z: float, radius: float) -> Mesh:
    """The dark opening above a wheel."""
    turn = np.linspace(-0.3, np.pi + 0.3, 13)
    reach = 1.18 * radius
    rim = np.stack((x + reach * np.cos(turn), -radius - reach * np.sin(turn), z + 0 * turn), -1)
    middle = np.broadcast_to(np.array((x, -radius, z)), rim.shape)
    return make_sheet(np.stack((middle, rim)), Surface(0.008, 0.008, 0.008), smooth=False)


def _build_lights(
    profile: np.ndarray, dimensions: np.ndarray, rng: np.random.Generator
) -> list[Mesh]:
    """Lamps, plates, grille and bumpers, flat upon both ends."""
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


def _build_truck(dimensions: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A cab before a box."""
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
