"""Holds and moves triangles together with the look of their surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from centernet_ros.geometry.boxes3d import rotate_y


class Surface(NamedTuple):
    """The look of a surface.

    Attributes:
        red, green, blue: share of the light that it reflects, 0..1, linear.
        gloss: 0 for a matt surface, 1 for one that is a mirror at grazing angles.
        grain: relative strength of its random texture.
        grain_size: size of the texture in metres.
    """

    red: float
    green: float
    blue: float
    gloss: float = 0.0
    grain: float = 0.0
    grain_size: float = 1.0


def make_surface(
    colour: ArrayLike, gloss: float = 0.0, grain: float = 0.0, grain_size: float = 1.0
) -> Surface:
    """Make a surface from a (3,) colour; the other arguments are those of `Surface`."""
    red, green, blue = np.asarray(colour).tolist()
    return Surface(red, green, blue, gloss, grain, grain_size)


@dataclass(frozen=True)
class Mesh:
    """T triangles in a frame whose x axis points forward, y down and z to the left.

    Attributes:
        corners: (T, 3, 3) float32 corners in metres.
        normals: (T, 3, 3) float32 unit normals at the corners.
        surfaces: (T, 6) float32 the values of `Surface`.
    """

    corners: np.ndarray
    normals: np.ndarray
    surfaces: np.ndarray


def make_mesh(corners: np.ndarray, surface: Surface, normals: np.ndarray | None = None) -> Mesh:
    """Make a mesh of one surface from (T, 3, 3) corners.

    Triangles look flat unless (T, 3, 3) normals at the corners are given.
    """
    corners = np.asarray(corners, np.float32)
    if normals is None:
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals = np.repeat(across[:, None], 3, 1)
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    normals = (normals / np.maximum(length, 1e-12)).astype(np.float32)
    surfaces = np.tile(np.array(surface, np.float32), (len(corners), 1))
    return Mesh(corners, normals, surfaces)


def join_meshes(meshes: Sequence[Mesh]) -> Mesh:
    """Put the triangles of all meshes into one mesh and keep their order."""
    return Mesh(
        np.concatenate([mesh.corners for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.surfaces for mesh in meshes]),
    )


def place_mesh(mesh: Mesh, location: np.ndarray, rotation_y: float) -> Mesh:
    """Rotate a mesh about the y axis by radians, then move it by (3,) metres."""
    turned = rotate_y(np.eye(3), np.array(rotation_y)).astype(np.float32)
    corners = mesh.corners @ turned + np.asarray(location, np.float32)
    return Mesh(corners, mesh.normals @ turned, mesh.surfaces)


def fit_mesh(mesh: Mesh, dimensions: ArrayLike) -> Mesh:
    """Scale a mesh to (3,) height, width and length in metres.

    The result stands on y = 0, centred on the origin.
    """
    low, high = find_extent(mesh)
    height, width, length = np.asarray(dimensions)
    scale = np.array((length, height, width)) / np.maximum(high - low, 1e-6)
    middle = np.array(((low[0] + high[0]) / 2, high[1], (low[2] + high[2]) / 2))
    normals = mesh.normals / scale
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    corners = (mesh.corners - middle) * scale
    return Mesh(corners.astype(np.float32), normals.astype(np.float32), mesh.surfaces)


def find_extent(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Return the (3,) lowest and the (3,) highest coordinates of a mesh."""
    points = mesh.corners.reshape(-1, 3)
    return points.min(0), points.max(0)
