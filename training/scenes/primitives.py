"""Simple shapes that everything in a scene is put together from; their normals point outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from training.scenes.mesh import Mesh, Surface, join_meshes, make_mesh

# (6, 4, 3) corners of the faces of a cuboid whose sides go from -1 to 1.
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
    """Make flat quadrilaterals from (N, 4, 3) corners.

    The normal of each points to the side from which its corners appear clockwise.
    """
    quads = np.asarray(quads, np.float32).reshape(-1, 4, 3)
    return make_mesh(np.concatenate((quads[:, (0, 1, 2)], quads[:, (0, 2, 3)])), surface)


def make_cuboid(low: ArrayLike, high: ArrayLike, surface: Surface) -> Mesh:
    """Make a cuboid between two opposite (3,) corners."""
    lowest, highest = np.asarray(low, np.float32), np.asarray(high, np.float32)
    return make_quads((lowest + highest) / 2 + CUBE * (highest - lowest) / 2, surface)


def make_sheet(points: np.ndarray, surface: Surface, smooth: bool = True) -> Mesh:
    """Make the surface through a grid of points.

    Args:
        points: (R, C, 3); the surface is closed if the first and the last point of the rows agree.
        surface: its look.
        smooth: whether normals are interpolated; otherwise the quadrilaterals look flat.
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
    start: ArrayLike,
    end: ArrayLike,
    radii: tuple[float, float],
    surface: Surface,
    sides: int = 8,
) -> Mesh:
    """Make a round bar between two (3,) points, with a radius at each end, closed by cones."""
    first_end, second_end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    across = second_end - first_end
    axis = across / max(float(np.linalg.norm(across)), 1e-9)
    helper = np.array((0, 0, 1.0)) if abs(axis[2]) < 0.9 else np.array((1.0, 0, 0))
    first = np.cross(axis, helper)
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    ring = np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second
    caps = 0.3 * np.array(radii)
    rings = [
        (first_end - axis * caps[0], 0.35 * radii[0]),
        (first_end, radii[0]),
        (second_end, radii[1]),
        (second_end + axis * caps[1], 0.35 * radii[1]),
    ]
    # The normals of a sheet point outwards if its rows run against the direction of the ring.
    return make_sheet(np.stack([c + r * ring for c, r in rings][::-1]), surface)


def make_ball(
    centre: ArrayLike,
    radii: ArrayLike,
    surface: Surface,
    rings: int = 6,
    sides: int = 8,
    bumps: np.ndarray | None = None,
) -> Mesh:
    """Make an ellipsoid with (3,) radii along the axes.

    `bumps`, an array of (rings + 1, sides + 1), scales the radius at each point.
    """
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
    # Rows go from top to bottom, so that their points must go round the other way.
    return make_sheet((unit * np.asarray(radii) + np.asarray(centre))[:, ::-1], surface)


def make_wheel(
    centre: ArrayLike, radius: float, width: float, hub: Surface, sides: int = 14
) -> Mesh:
    """Make a tyre with a hub on both sides, whose axle runs along z."""
    middle = np.asarray(centre)
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    circle = np.stack((np.cos(turn), np.sin(turn), np.zeros_like(turn)), -1)
    tyre = Surface(0.02, 0.02, 0.022)
    profile = (
        (0.62, 0.5), (0.95, 0.5), (1.0, 0.3), (1.0, -0.3), (0.95, -0.5), (0.62, -0.5)
    )  # fmt: skip
    rows = [middle + circle * radius * r + (0, 0, w * width) for r, w in profile]
    parts = [make_sheet(np.stack(rows), tyre, smooth=False)]
    for side in (1, -1):
        rim = middle + circle * radius * 0.64 + (0, 0, 0.42 * side * width)
        cap = np.broadcast_to(middle + np.array((0, 0, 0.48 * side * width)), rim.shape)
        parts.append(make_sheet(np.stack((cap, rim)[::side]), hub, smooth=False))
    return join_meshes(parts)
