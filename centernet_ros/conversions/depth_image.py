"""sensor_msgs/Image of depths (REP-118) -> metres."""

from __future__ import annotations

import numpy as np
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.image import ImageError, view_pixels

# Encoding -> type of an element, and its length in metres.
ENCODINGS = {"16UC1": ("u2", 0.001), "mono16": ("u2", 0.001), "32FC1": ("f4", 1.0)}
# Of the sides' ratio; what differs more was not registered to the image.
ASPECT_TOLERANCE = 0.02


def depth_from_message(
    message: ImageMessage,
    image_frame: str,
    image_size: tuple[int, int],
    limits: tuple[float, float],
) -> np.ndarray:
    """The depths in a message.

    Args:
        message: 16UC1 in millimetres, 0 where unknown, or 32FC1 in metres, NaN or infinite there.
        image_frame: frame of the colour image.
        image_size: height and width of the colour image.
        limits: nearest and farthest depth in metres that the camera measures.

    Returns:
        (H, W) float32 metres, NaN where unknown or outside the limits.

    Raises:
        ImageError: of another encoding, truncated, or not registered to the colour image.
    """
    if message.encoding not in ENCODINGS:
        raise ImageError(
            f"depth image of encoding {message.encoding!r}, expected one of: "
            f"{', '.join(ENCODINGS)}"
        )
    if message.header.frame_id != image_frame:
        raise ImageError(
            f"depth image in the frame {message.header.frame_id!r}, expected one registered to "
            f"the image, whose frame is {image_frame!r}"
        )
    element, metres = ENCODINGS[message.encoding]
    depths = view_pixels(message, element, 1)[..., 0].astype(np.float32) * np.float32(metres)
    (rows, columns), (height, width) = depths.shape, image_size
    if abs(columns * height / (rows * width) - 1) > ASPECT_TOLERANCE:
        raise ImageError(
            f"depth image of {columns}x{rows} for an image of {width}x{height}, expected one "
            "registered to it, whose sides have the same ratio"
        )
    nearest, farthest = limits
    with np.errstate(invalid="ignore"):
        depths[~((depths >= nearest) & (depths <= farthest))] = np.nan
    return depths
