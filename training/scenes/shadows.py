"""Shadows: of the sun (Williams, "Casting curved shadows on curved surfaces", 1978), the sky."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from training.scenes.rasterizer import rasterize_parallel
from training.scenes.weather import Vector, to_vector

MAP_SIZE = 1024
REACH = 70.0
CONTACT_SCALE = 6.0
CONTACT_SIZE = (360, 480)


class Shadow(NamedTuple):
    """Where light does not come.

    Attributes:
        axes: rows of the matrix from the camera's axes to those of the sun's view.
        scale: pixels per metre of the sun's view.
        centre: x and y of it in pixels.
        depths: (H, W) float32 how near to the sun the nearest surface is, -inf for none.
        contact: (Z, X) float32 share of the sky that the ground sees beside objects; z from 0,
            x about the middle.
        contact_scale: pixels per metre of it.
    """

    axes: tuple[Vector, Vector, Vector]
    scale: float
    centre: tuple[float, float]
    depths: np.ndarray
    contact: np.ndarray
    contact_scale: float


def cast_shadows(
    corners: np.ndarray, footprints: list[np.ndarray], sun_direction: Vector, height: float
) -> Shadow:
    """Shadows of triangles.

    Args:
        corners: (T, 3, 3) in the camera's frame.
        footprints: (4, 2) x and z of the corners of what stands on the ground.
        sun_direction: unit vector towards the sun.
        height: of the camera over the ground.
    """
    toward = np.array(sun_direction)
    right = np.cross(toward, (0, 0, 1.0))
    right /= max(np.linalg.norm(right), 1e-6)
    # The view's z axis points away from the sun.
    axes = np.stack((right, np.cross(-toward, right), -toward))
    scale = MAP_SIZE / (2 * REACH)
    middle = axes @ np.array((0, height, 0.75 * REACH))
    centre = (MAP_SIZE / 2 - scale * middle[0], MAP_SIZE / 2 - scale * middle[1])
    seen = (corners @ axes.T.astype(np.float32)).astype(np.float32)
    depths = rasterize_parallel(seen, scale, centre, (MAP_SIZE, MAP_SIZE))
    rows = to_vector(axes[0]), to_vector(axes[1]), to_vector(axes[2])
    return Shadow(rows, scale, centre, depths, _draw_contact(footprints), CONTACT_SCALE)


def _draw_contact(footprints: list[np.ndarray]) -> np.ndarray:
    columns = CONTACT_SIZE[1]
    hidden = np.zeros(CONTACT_SIZE, np.float32)
    for footprint in footprints:
        pixels = footprint * CONTACT_SCALE + (columns / 2, 0)
        if np.abs(pixels).max() < 10000:
            cv2.fillConvexPoly(hidden, pixels.round().astype(np.int32), 1.0)
    wide = cv2.GaussianBlur(hidden, (0, 0), 0.35 * CONTACT_SCALE)
    return 1 - 0.85 * np.maximum(wide, cv2.GaussianBlur(hidden, (0, 0), 1.0) * 0.9)
