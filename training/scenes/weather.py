"""Draws the light and the air of a scene."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Compiled code reads tuples faster than arrays, whose references it must count.
Vector = tuple[float, float, float]


class Weather(NamedTuple):
    """What lights a scene; colours are linear red, green and blue.

    Attributes:
        sun_direction: unit vector from the ground towards the sun in the camera's frame.
        sun: the light of the sun.
        zenith: the colour of the sky overhead.
        horizon: the colour of the sky at the horizon and of haze.
        sky: the light of the whole sky on the ground.
        distant: the colour of what stands at the horizon.
        skyline: the height of what stands at the horizon, as a slope.
        clouds: 0 for a clear sky, 1 for an overcast one.
        visibility: distance in metres at which haze hides two thirds of the contrast.
        seed: seed of clouds and textures.
    """

    sun_direction: Vector
    sun: Vector
    zenith: Vector
    horizon: Vector
    sky: Vector
    distant: Vector
    skyline: float
    clouds: float
    visibility: float
    seed: int


def draw_weather(rng: np.random.Generator) -> Weather:
    """Draw anything from a low sun to an overcast sky."""
    clouds = rng.uniform(0, 1)
    elevation, azimuth = rng.uniform(0.25, 1.2), rng.uniform(0, 2 * np.pi)
    flat = np.cos(elevation)
    direction = np.array((flat * np.sin(azimuth), -np.sin(elevation), flat * np.cos(azimuth)))
    warmth = 0.25 * (1 - min(elevation / 0.8, 1))
    strength = rng.uniform(0.9, 1.6) if clouds < 0.65 else rng.uniform(0, 0.25)
    sun = strength * np.array((1.0, 0.94 - 0.5 * warmth, 0.85 - warmth))
    blue = np.array((0.16, 0.3, 0.62)) * rng.uniform(0.6, 1.3)
    grey = np.full(3, rng.uniform(0.55, 1.0))
    zenith = blue + (grey - blue) * clouds**2
    horizon = np.array((0.75, 0.85, 0.95)) * rng.uniform(0.7, 1.2)
    horizon = horizon + (grey * 1.1 - horizon) * clouds
    green = np.array((0.07, 0.1, 0.03)) * rng.uniform(0.5, 1.4)
    built = np.full(3, rng.uniform(0.1, 0.3))
    return Weather(
        to_vector(direction),
        to_vector(sun),
        to_vector(zenith),
        to_vector(horizon),
        to_vector((zenith + horizon) / 2),
        to_vector(green if rng.random() < 0.7 else built),
        rng.uniform(0, 0.12),
        clouds,
        rng.uniform(120, 900),
        int(rng.integers(1 << 20)),
    )


def to_vector(values: np.ndarray) -> Vector:
    """Return the values of a (3,) array in the form that compiled code takes."""
    x, y, z = values.tolist()
    return x, y, z
