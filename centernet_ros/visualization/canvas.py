"""An image to draw on."""

from __future__ import annotations

import numpy as np

from centernet_ros.structures import Image


def copy_as_bgr(image: Image) -> np.ndarray:
    """The pixels as a writable (H, W, 3) uint8 BGR array of their own."""
    pixels = image.pixels if image.channel_order == "bgr" else image.pixels[..., ::-1]
    return np.array(pixels, order="C")
