"""Random brightness, contrast, saturation and lighting (as CornerNet; Krizhevsky et al. 2012)."""

from __future__ import annotations

import cv2
import numpy as np

STRENGTH = 0.4
LIGHTING_STD = 0.1
# Principal components of COCO's colours, in BGR.
EIGENVALUES = np.array([0.2141788, 0.01817699, 0.00341571], np.float32)
EIGENVECTORS = np.array(
    [
        [-0.58752847, -0.69563484, 0.41340352],
        [-0.5832747, 0.00994535, -0.81221408],
        [-0.56089297, 0.71832671, 0.41158938],
    ],
    np.float32,
)


def augment_colour(image: np.ndarray, rng: np.random.Generator) -> None:
    """Change the colours of an image in place.

    Args:
        image: (H, W, 3) float32 BGR in 0..1; results may leave that range.
        rng: source of randomness.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    for which in rng.permutation(3):
        alpha = 1 + rng.uniform(-STRENGTH, STRENGTH)
        (change_brightness, change_contrast, change_saturation)[which](image, grey, alpha)
    change_lighting(image, rng.normal(0, LIGHTING_STD, 3))


def change_brightness(image: np.ndarray, grey: np.ndarray, alpha: float) -> None:
    """Blend with black."""
    image *= np.float32(alpha)


def change_contrast(image: np.ndarray, grey: np.ndarray, alpha: float) -> None:
    """Blend with the mean of the (H, W) grey image."""
    image *= np.float32(alpha)
    image += np.float32(1 - alpha) * grey.mean()


def change_saturation(image: np.ndarray, grey: np.ndarray, alpha: float) -> None:
    """Blend with the (H, W) grey image."""
    image *= np.float32(alpha)
    image += (np.float32(1 - alpha) * grey)[..., None]


def change_lighting(image: np.ndarray, normals: np.ndarray) -> None:
    """Add the principal colours, (3,) times their strengths."""
    image += EIGENVECTORS @ (EIGENVALUES * normals.astype(np.float32))
