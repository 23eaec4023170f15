"""Finds where the light of the sun and of the sky is blocked.

Source of the shadow map: Williams, "Casting curved shadows on curved surfaces", 1978.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from training.scenes.rasterizer import rasterize_parallel
from training.scenes.weather import Vector, to_vector

# Size of the shadow map in pixels, and half its side in metres.
MAP_SIZE = 1024
REACH = 70.0
# Pixels per metre of the contact map, and its rows and columns.
CONTACT_SCALE = 6.0
CONTACT_SIZE = (360, 480)


class Shadow(NamedTuple):
    """Where light is blocked.

    Attributes:
        axes: rows of the matrix that turns the camera's axes into those of the sun's view.
        scale: pixels per metre of the sun's view.
        centre: x and y in pixels of the camera in the sun's view.
        depths: (H, W) float32 -z of the nearest surface in the sun's view in metres; -inf where
            there is none.
        contact: (Z, X) float32 share of the sky that the ground sees beside objects; z starts at
            0, and x = 0 is the middle column.
        contact_scale: pixels per metre of `contact`.
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
    """Find the shadows that triangles and objects cast.

    Args:
        corners: (T, 3, 3) in the camera's frame in metres.
        footprints: for each object (4, 2) x and z of the corners of the area that it stands on.
        sun_direction: unit vector towards the sun.
        height: height of the camera over the ground in metres.
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
    return Shadow(rows, scale, centre, depths, _make_contact_map(footprints), CONTACT_SCALE)


def _make_contact_map(footprints: list[np.ndarray]) -> np.ndarray:
    columns = CONTACT_SIZE[1]
    hidden = np.zeros(CONTACT_SIZE, np.float32)
    for footprint in footprints:
        pixels = footprint * CONTACT_SCALE + (columns / 2, 0)
        if np.abs(pixels).max() < 10000:
            cv2.fillConvexPoly(hidden, pixels.round().astype(np.int32), 1.0)
    wide = cv2.GaussianBlur(hidden, (0, 0), 0.35 * CONTACT_SCALE)
    return 1 - 0.85 * np.maximum(wide, cv2.GaussianBlur(hidden, (0, 0), 1.0) * 0.9)
