"""Random sharpness, noise and gamma: what cameras differ in besides colour."""

from __future__ import annotations

import cv2
import numpy as np

MAX_GAMMA = 1.5
BLUR_SHARE, BLUR_SIGMAS = 0.3, (0.3, 1.0)
NOISE_SHARE, MAX_NOISE = 0.3, 0.03


def degrade_image(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An image as another camera would have taken it.

    Args:
        image: (H, W, 3) float32 in 0..1 or little beyond; what is beyond is cut off.
        rng: source of randomness.
    """
    gamma = MAX_GAMMA ** rng.uniform(-1, 1)
    image = image.clip(0, 1) ** np.float32(gamma)
    if rng.random() < BLUR_SHARE:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(*BLUR_SIGMAS))
    if rng.random() < NOISE_SHARE:
        noise = rng.standard_normal(image.shape, np.float32)
        image = image + np.float32(rng.uniform(0, MAX_NOISE)) * noise
    return image
