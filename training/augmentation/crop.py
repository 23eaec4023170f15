"""Random crops: which part of an image fills the network's input, and how large."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from centernet_ros.geometry.input_geometry import InputGeometry, Size

SCALES = np.arange(6, 14) / 10
BORDER = 128
SHIFT_STD, MAX_SHIFT = 0.1, 0.2
SCALE_STD, MIN_SCALE, MAX_SCALE = 0.4, 0.6, 1.4


class Crop(NamedTuple):
    """A part of an image, which may reach beyond it.

    Attributes:
        centre: x and y in the image's pixels.
        scale: its size in units of the part that is taken without augmentation.
        angle: of its turn about the centre in radians, positive from x to y.
    """

    centre: tuple[float, float]
    scale: float = 1.0
    angle: float = 0.0


def draw_crop(size: Size, rng: np.random.Generator) -> Crop:
    """A crop of 0.6 to 1.3 times the usual size, centred away from the border.

    Args:
        size: height and width of the image.
        rng: source of randomness.
    """
    y, x = (
        int(rng.integers(border, side - border))
        for side, border in ((side, find_border(side)) for side in size)
    )
    return Crop((x, y), float(rng.choice(SCALES)))


def find_border(side: int) -> int:
    """128 pixels, halved until there is a middle between two of them."""
    border = BORDER
    while side - border <= border:
        border //= 2
    return border


def draw_shift(size: Size, extent: Size, rng: np.random.Generator) -> Crop:
    """A crop moved and scaled by normal deviates (the authors' not_rand_crop, and their 3D).

    Args:
        size: height and width of the image.
        extent: what shifts in y and x are relative to.
        rng: source of randomness.
    """
    shifts = (rng.normal(0, SHIFT_STD, 2)).clip(-MAX_SHIFT, MAX_SHIFT) * extent
    scale = float(np.clip(rng.normal(1, SCALE_STD), MIN_SCALE, MAX_SCALE))
    return Crop((size[1] / 2 + shifts[1], size[0] / 2 + shifts[0]), scale)


def draw_angle(deviation: float, rng: np.random.Generator) -> float:
    """A normal deviate in radians, limited to twice the standard deviation in degrees."""
    return float(np.radians(np.clip(rng.normal(), -2, 2) * deviation))


def apply_crop(geometry: InputGeometry, size: Size, crop: Crop) -> InputGeometry:
    """Where the image lands if a crop takes the place of the usual part of it.

    Args:
        geometry: without augmentation.
        size: height and width of the image.
        crop: of the image.
    """
    cos, sin = np.cos(crop.angle), np.sin(crop.angle)
    linear = np.array([[cos, sin], [-sin, cos]]) / crop.scale
    moved = np.eye(3)
    moved[:2, :2] = linear
    moved[:2, 2] = np.array([size[1] / 2, size[0] / 2]) - linear @ crop.centre
    return replace(geometry, image_to_input=geometry.image_to_input @ moved)
