"""Builds pedestrians and cyclists from round limbs."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh, Surface, fit_mesh, join_meshes, make_surface
from training.scenes.primitives import make_ball, make_limb, make_sheet

SKIN = ((0.55, 0.34, 0.25), (0.4, 0.22, 0.14), (0.65, 0.45, 0.36), (0.15, 0.08, 0.05))
HAIR = ((0.02, 0.015, 0.01), (0.08, 0.05, 0.03), (0.25, 0.17, 0.08), (0.3, 0.3, 0.3))


def draw_cloth(rng: np.random.Generator) -> Surface:
    """Draw the look of clothes, which are mostly dark or muted and sometimes bright."""
    grey = rng.uniform(0.01, 0.35) * np.ones(3)
    bright = rng.uniform(0.01, 0.6, 3)
    colour = grey + (bright - grey) * rng.uniform(0, 1) ** 2
    return make_surface(colour, grain=0.3, grain_size=0.15)


def pick(colours: tuple[tuple[float, float, float], ...], rng: np.random.Generator) -> Surface:
    """Pick one of some colours and return a surface of it."""
    return make_surface(colours[rng.integers(len(colours))])


def build_pedestrian(height: float, rng: np.random.Generator) -> Mesh:
    """Build a person who walks or stands.

    The mesh has a height in metres and stands on y = 0, centred on the origin.
    """
    stride = float(rng.uniform(0.0, 0.5)) if rng.random() < 0.8 else 0.04
    lean = float(rng.normal(0, 0.02))
    top, trousers, shoes = draw_cloth(rng), draw_cloth(rng), Surface(0.03, 0.03, 0.03)
    build = float(rng.uniform(0.85, 1.2))
    hip, shoulder = -0.52, -0.81
    parts = []
    for side, swing in ((1, stride), (-1, -stride)):
        z = side * 0.055
        knee = (0.45 * swing * 0.5 + 0.03, hip + 0.25, z)
        ankle = (0.45 * swing - 0.02, -0.045, z)
        parts += [
            make_limb((lean, hip, z), knee, (0.055 * build, 0.042 * build), trousers),
            make_limb(knee, ankle, (0.042 * build, 0.03 * build), trousers),
            make_ball((ankle[0] + 0.035, -0.022, z), (0.075, 0.022, 0.03), shoes, 4, 6),
        ]
        arm = side * 0.115 * build
        bend = 0.25 * rng.random()
        elbow = (lean - 0.3 * swing * 0.5, shoulder + 0.19, arm * 1.15)
        hand = (elbow[0] - 0.15 * swing + 0.08 + bend * 0.3, elbow[1] + 0.15 - 0.1 * bend, arm)
        sleeve = top if rng.random() < 0.8 else pick(SKIN, rng)
        parts += [
            make_limb((lean, shoulder + 0.02, arm), elbow, (0.034, 0.027), top, 6),
            make_limb(elbow, hand, (0.027, 0.02), sleeve, 6),
        ]
    parts += _build_trunk((lean, hip - 0.02), (lean, shoulder), build, top, rng)
    if rng.random() < 0.25:
        skirt = [(hip - 0.08, 0.085), (hip + 0.02, 0.1), (hip + 0.2 + 0.1 * rng.random(), 0.13)]
        turn = np.linspace(0, 2 * np.pi, 11)
        rows = [
            np.stack((lean + r * np.cos(turn), y + 0 * turn, r * build * np.sin(turn)), -1)
            for y, r in skirt
        ]
        parts.append(make_sheet(np.stack(rows)[:, ::-1], trousers))
    if rng.random() < 0.3:
        back = (lean - 0.1, shoulder + 0.13, 0.0)
        parts.append(make_ball(back, (0.07, 0.12, 0.09), draw_cloth(rng)))
    mesh = join_meshes(parts)
    return _scale(mesh, height)


def build_cyclist(height: float, rng: np.random.Generator) -> Mesh:
    """Build a person on a bicycle.

    The mesh has a height in metres and stands on y = 0, centred on the origin.
    """
    wheel, base = 0.34, 0.52
    frame = make_surface(rng.uniform(0.01, 0.5, 3), gloss=0.3)
    black, top, trousers = Surface(0.02, 0.02, 0.02), draw_cloth(rng), draw_cloth(rng)
    parts = [_build_cycle_wheel(x, wheel) for x in (-base, base)]
    saddle, crank, bar = (-0.2, -0.95, 0.0), (-0.05, -0.3, 0.0), (0.36, -1.05, 0.0)
    for a, b in (
        ((-base, -wheel, 0), crank), ((-base, -wheel, 0), saddle), (crank, saddle),
        (crank, (0.38, -0.75, 0)), (saddle, (0.38, -0.8, 0)), (bar, (base, -wheel, 0)),
    ):  # fmt: skip
        parts.append(make_limb(a, b, (0.018, 0.018), frame, 5))
    parts.append(make_limb((0.36, -1.05, -0.27), (0.36, -1.05, 0.27), (0.015, 0.015), black, 5))
    parts.append(make_ball(saddle, (0.13, 0.04, 0.08), black, 4, 6))
    lean, turn = float(rng.uniform(0.1, 0.35)), float(rng.uniform(0, 2 * np.pi))
    shoulder = (saddle[0] + lean, saddle[1] - 0.52, 0.0)
    for side in (1, -1):
        z = side * 0.1
        phase = turn + (side < 0) * np.pi
        foot = (crank[0] + 0.17 * np.cos(phase), crank[1] + 0.17 * np.sin(phase), z)
        knee = (foot[0] * 0.4 + 0.22, (foot[1] + saddle[1]) / 2 - 0.05, z * 1.2)
        hip = (saddle[0], saddle[1] - 0.05, z)
        elbow = (shoulder[0] + 0.2, shoulder[1] + 0.25, side * 0.26)
        parts += [
            make_limb(hip, knee, (0.09, 0.065), trousers),
            make_limb(knee, foot, (0.06, 0.045), trousers),
            make_ball((foot[0] + 0.05, foot[1], z), (0.12, 0.04, 0.045), black, 4, 6),
            make_limb((shoulder[0], shoulder[1], side * 0.2), elbow, (0.055, 0.045), top, 6),
            make_limb(elbow, (0.38, -1.06, side * 0.25), (0.045, 0.035), top, 6),
        ]
    size = 1.75
    trunk = _build_trunk(
        (saddle[0] / size, (saddle[1] - 0.05) / size),
        (shoulder[0] / size, shoulder[1] / size),
        1.0,
        top,
        rng,
        helmet=rng.random() < 0.5,
    )
    parts += [_enlarge(part, size) for part in trunk]
    return _scale(join_meshes(parts), height)


def _build_trunk(
    hip: tuple[float, float],
    shoulder: tuple[float, float],
    build: float,
    top: Surface,
    rng: np.random.Generator,
    helmet: bool = False,
) -> list[Mesh]:
    """Build the trunk and the head.

    Args:
        hip: x and y in units of the person's height.
        shoulder: x and y in units of the person's height.
        build: width relative to a person of usual build.
        top: the look of the clothes.
        rng: the source of randomness.
        helmet: whether the head is covered for certain.
    """
    turn = np.linspace(0, 2 * np.pi, 11)
    rows = []
    for share, deep, wide in (
        (-0.1, 0.03, 0.05), (0.0, 0.066, 0.095), (0.45, 0.06, 0.088), (0.8, 0.066, 0.115),
        (1.0, 0.05, 0.105), (1.12, 0.03, 0.05),
    ):  # fmt: skip
        x = hip[0] + share * (shoulder[0] - hip[0])
        y = hip[1] + share * (shoulder[1] - hip[1])
        ring = (x + deep * build * np.cos(turn), y + 0 * turn, wide * build * np.sin(turn))
        rows.append(np.stack(ring, -1))
    skin, hair = pick(SKIN, rng), pick(HAIR, rng)
    cover = draw_cloth(rng) if helmet or rng.random() < 0.15 else hair
    x, y = shoulder[0] + 0.02, shoulder[1]
    return [
        make_sheet(np.stack(rows[::-1])[:, ::-1], top),
        make_limb((x - 0.01, y, 0), (x, y - 0.06, 0), (0.03, 0.03), skin, 6),
        make_ball((x, y - 0.105, 0), (0.052, 0.066, 0.044), skin),
        make_ball((x - 0.012, y - 0.125, 0), (0.053, 0.058, 0.049), cover),
    ]


def _build_cycle_wheel(x: float, radius: float) -> Mesh:
    turn = np.linspace(0, 2 * np.pi, 17)
    circle = np.stack((np.cos(turn), np.sin(turn), 0 * turn), -1)
    rubber, centre = Surface(0.02, 0.02, 0.02), np.array((x, -radius, 0))
    rows = [centre + circle * (radius - d) + (0, 0, z) for d, z in (
        (0.05, 0.0), (0.02, 0.02), (0.0, 0.0), (0.02, -0.02), (0.05, 0.0))]  # fmt: skip
    tyre = make_sheet(np.stack(rows), rubber)
    spokes = [
        make_limb(centre, centre + radius * 0.95 * circle[i], (0.006, 0.006), rubber, 3)
        for i in range(0, 16, 2)
    ]
    return join_meshes([tyre, *spokes])


def _enlarge(mesh: Mesh, factor: float) -> Mesh:
    return Mesh(mesh.corners * np.float32(factor), mesh.normals, mesh.surfaces)


def _scale(mesh: Mesh, height: float) -> Mesh:
    """Scale to a height in metres, keep the proportions and centre on the origin."""
    points = mesh.corners.reshape(-1, 3)
    size = points.max(0) - points.min(0)
    factor = height / size[1]
    return fit_mesh(mesh, (height, size[2] * factor, size[0] * factor))
