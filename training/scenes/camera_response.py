"""Turns light into the image that a camera records."""

from __future__ import annotations

import cv2
import numpy as np


def apply_camera_response(
    light: np.ndarray, size: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Return an image with random exposure, white balance, tone, sharpness and noise.

    Args:
        light: (H, W, 3) float32 linear red, green and blue.
        size: height h and width w of the image in pixels; H and W are multiples of them.
        rng: the source of randomness.

    Returns:
        (h, w, 3) uint8 BGR.
    """
    # The sensor saturates at bright lights, so values are clipped before pixels are averaged.
    middle = np.quantile(light[::8, ::8], 0.55)
    gain = rng.uniform(0.14, 0.45) / max(float(middle), 0.02)
    balance = 1 + rng.normal(0, 0.03, 3)
    light = np.minimum(light * (gain * balance).astype(np.float32), 1.6)
    blur = abs(rng.normal(0, 0.45))
    if light.shape[:2] != size:
        light = cv2.resize(light, size[::-1], interpolation=cv2.INTER_AREA)
    if blur > 0.25:
        light = cv2.GaussianBlur(light, (0, 0), blur)
    shadow_noise = rng.uniform(0.001, 0.012)
    grain = rng.standard_normal(light.shape, np.float32)
    light = np.maximum(light + grain * shadow_noise * np.sqrt(np.maximum(light, 0) + 0.02), 0)
    gamma = rng.uniform(0.42, 0.62)
    # Cameras compress bright tones softly instead of clipping them at pure white.
    tone = 1 - np.exp(-light * rng.uniform(1.2, 2.2))
    tone = (tone / (1 - np.exp(-1.9))) ** gamma
    grey = tone.mean(-1, keepdims=True)
    tone = grey + (tone - grey) * rng.uniform(0.5, 1.1)
    lift = rng.uniform(-0.03, 0.05)
    image = (tone[..., ::-1] * (1 - lift) + lift).clip(0, 1)
    return (image * 255).round().astype(np.uint8)
