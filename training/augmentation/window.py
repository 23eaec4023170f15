"""Random windows: which part of an image fills the network's input, and how large."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from centernet_ros.geometry.input_geometry import InputGeometry, Size

ZOOMS = np.arange(6, 14) / 10
BORDER = 128
SHIFT_STD, MAX_SHIFT = 0.1, 0.2
ZOOM_STD, MIN_ZOOM, MAX_ZOOM = 0.4, 0.6, 1.4


class Window(NamedTuple):
    """A window of an image.

    Attributes:
        centre: x and y in the image's pixels.
        zoom: its size in units of the window that would be taken without augmentation.
        angle: of the window about its centre in radians, positive from x to y.
    """

    centre: tuple[float, float]
    zoom: float = 1.0
    angle: float = 0.0


def draw_crop(size: Size, rng: np.random.Generator) -> Window:
    """A window of 0.6 to 1.3 times the usual size, centred away from the border.

    Args:
        size: height and width of the image.
        rng: source of randomness.
    """
    y, x = (
        int(rng.integers(border, side - border))
        for side, border in ((side, find_border(side)) for side in size)
    )
    return Window((x, y), float(rng.choice(ZOOMS)))


def find_border(side: int) -> int:
    """128 pixels, halved until there is a middle between two of them."""
    border = BORDER
    while side - border <= border:
        border //= 2
    return border


def draw_shift(size: Size, extent: Size, rng: np.random.Generator) -> Window:
    """A window moved and scaled by normal deviates (the authors' not_rand_crop, and their 3D).

    Args:
        size: height and width of the image.
        extent: what shifts in y and x are relative to.
        rng: source of randomness.
    """
    shifts = (rng.normal(0, SHIFT_STD, 2)).clip(-MAX_SHIFT, MAX_SHIFT) * extent
    zoom = float(np.clip(rng.normal(1, ZOOM_STD), MIN_ZOOM, MAX_ZOOM))
    return Window((size[1] / 2 + shifts[1], size[0] / 2 + shifts[0]), zoom)


def draw_angle(deviation: float, rng: np.random.Generator) -> float:
    """A normal deviate in radians, limited to twice the standard deviation in degrees."""
    return float(np.radians(np.clip(rng.normal(), -2, 2) * deviation))


def place_window(geometry: InputGeometry, size: Size, window: Window) -> InputGeometry:
    """Where the image lands if the window takes the place of the usual one.

    Args:
        geometry: without augmentation.
        size: height and width of the image.
        window: of the image.
    """
    cos, sin = np.cos(window.angle), np.sin(window.angle)
    linear = np.array([[cos, sin], [-sin, cos]]) / window.zoom
    moved = np.eye(3)
    moved[:2, :2] = linear
    moved[:2, 2] = np.array([size[1] / 2, size[0] / 2]) - linear @ window.centre
    return replace(geometry, image_to_input=geometry.image_to_input @ moved)
