"""Simple solids that everything in a scene is put together from; normals point outwards."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Mesh, Surface, join_meshes, make_mesh

# Corners of each face of a cuboid, as signs of half its sides.
CUBE = np.array(
    [
        [(s, -1, -1), (s, 1, -1), (s, 1, 1), (s, -1, 1)][::s] for s in (1, -1)
    ] + [
        [(-1, s, -1), (-1, s, 1), (1, s, 1), (1, s, -1)][::s] for s in (1, -1)
    ] + [
        [(-1, -1, s), (1, -1, s), (1, 1, s), (-1, 1, s)][::s] for s in (1, -1)
    ],
    np.float32,
)  # fmt: skip


def make_quads(quads: np.ndarray, surface: Surface) -> Mesh:
    """Flat (N, 4, 3) quadrilaterals, each seen from where its corners go round to the right."""
    quads = np.asarray(quads, np.float32).reshape(-1, 4, 3)
    return make_mesh(np.concatenate((quads[:, (0, 1, 2)], quads[:, (0, 2, 3)])), surface)


def make_cuboid(low: tuple[float, ...], high: tuple[float, ...], surface: Surface) -> Mesh:
    """A cuboid between two opposite corners."""
    low, high = np.asarray(low, np.float32), np.asarray(high, np.float32)
    return make_quads((low + high) / 2 + CUBE * (high - low) / 2, surface)


def make_sheet(points: np.ndarray, surface: Surface, smooth: bool = True) -> Mesh:
    """The surface through an (R, C, 3) grid of points.

    Args:
        points: rows of points; the surface is closed where first and last points are the same.
        surface: its look.
        smooth: interpolate normals, rather than a flat quadrilateral between four points.
    """
    points = np.asarray(points, np.float32)
    quads = _cut_sheet(points)
    if not smooth:
        return make_mesh(quads, surface)
    down, right = np.gradient(points, axis=0), np.gradient(points, axis=1)
    if np.allclose(points[:, 0], points[:, -1], atol=1e-4):
        seam = (points[:, 1] - points[:, -2]) / 2
        right[:, 0] = right[:, -1] = seam
    return make_mesh(quads, surface, _cut_sheet(np.cross(down, right)))


def _cut_sheet(values: np.ndarray) -> np.ndarray:
    a, b, c, d = values[:-1, :-1], values[1:, :-1], values[1:, 1:], values[:-1, 1:]
    pairs = np.stack((np.stack((a, b, c), -2), np.stack((a, c, d), -2)), 2)
    return pairs.reshape(-1, 3, 3)


def make_limb(
    start: tuple[float, ...],
    end: tuple[float, ...],
    radii: tuple[float, float],
    surface: Surface,
    sides: int = 8,
) -> Mesh:
    """A round bar between two points, with one radius at each end and closed by cones."""
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    axis = (end - start) / max(np.linalg.norm(end - start), 1e-9)
    helper = np.array((0, 0, 1.0)) if abs(axis[2]) < 0.9 else np.array((1.0, 0, 0))
    first = np.cross(axis, helper)
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    ring = np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second
    caps = 0.3 * np.array(radii)
    rings = [
        (start - axis * caps[0], 0.35 * radii[0]),
        (start, radii[0]),
        (end, radii[1]),
        (end + axis * caps[1], 0.35 * radii[1]),
    ]
    # A sheet looks outwards where its rows run against the ring's sense.
    return make_sheet(np.stack([c + r * ring for c, r in rings][::-1]), surface)


def make_ball(
    centre: tuple[float, ...],
    radii: tuple[float, ...],
    surface: Surface,
    rings: int = 6,
    sides: int = 8,
    bumps: np.ndarray | None = None,
) -> Mesh:
    """An ellipsoid about the axes; `bumps` (rings + 1, sides + 1) scale the radius."""
    polar = np.linspace(0.02, np.pi - 0.02, rings + 1)[:, None]
    turn = np.linspace(0, 2 * np.pi, sides + 1)[None]
    unit = np.stack(
        (
            np.sin(polar) * np.cos(turn),
            -np.cos(polar) * np.ones_like(turn),
            np.sin(polar) * np.sin(turn),
        ),
        -1,
    )
    if bumps is not None:
        bumps = bumps.copy()
        bumps[:, -1] = bumps[:, 0]
        unit = unit * bumps[..., None]
    # From the top (y down) to the bottom, against the sense of the turn.
    return make_sheet((unit * radii + centre)[:, ::-1], surface)


def make_wheel(
    centre: tuple[float, ...], radius: float, width: float, hub: Surface, sides: int = 14
) -> Mesh:
    """A tyre with a hub on both sides, turning about z."""
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    circle = np.stack((np.cos(turn), np.sin(turn), np.zeros_like(turn)), -1)
    tyre = Surface(0.02, 0.02, 0.022)
    profile = (
        (0.62, 0.5), (0.95, 0.5), (1.0, 0.3), (1.0, -0.3), (0.95, -0.5), (0.62, -0.5)
    )  # fmt: skip
    rows = [centre + circle * radius * r + (0, 0, w * width) for r, w in profile]
    parts = [make_sheet(np.stack(rows), tyre, smooth=False)]
    for side in (1, -1):
        rim = centre + circle * radius * 0.64 + (0, 0, 0.42 * side * width)
        middle = np.broadcast_to(centre + np.array((0, 0, 0.48 * side * width)), rim.shape)
        parts.append(make_sheet(np.stack((middle, rim)[::side]), hub, smooth=False))
    return join_meshes(parts)
