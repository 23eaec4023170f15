"""3D boxes over a picture."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from centernet_ros.drawing.boxes import FONT, label_colour
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.camera import project
from centernet_ros.structures import Boxes3D

# Corners as `compute_corners` orders them; the cross marks the front.
EDGES = (
    *((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4)),
    *((0, 4), (1, 5), (2, 6), (3, 7)),
    *((0, 5), (1, 4)),
)
MIN_DEPTH = 0.1


def draw_boxes3d(
    image: np.ndarray,
    boxes: Boxes3D,
    class_names: Mapping[int, str],
    projection: np.ndarray,
) -> np.ndarray:
    """The edges of boxes with a cross on their front, class names and scores.

    Boxes that reach behind the camera cannot be projected and are left out.

    Args:
        image: (H, W, 3) uint8 BGR; drawn on in place.
        boxes: in the camera's frame, metres.
        class_names: label -> name.
        projection: (3, 4), metres to pixels of the image.

    Returns:
        the image.
    """
    corners = compute_corners(boxes.dimensions, boxes.locations, boxes.rotations_y)
    thickness = max(1, round(max(image.shape[:2]) / 800))
    for i in reversed(range(len(boxes))):
        if corners[i, :, 2].min() < MIN_DEPTH:
            continue
        label = int(boxes.labels[i])
        colour = label_colour(label)
        # OpenCV takes no coordinates outside 32 bits.
        pixels = project(corners[i], projection).clip(-1e6, 1e6).round().astype(int)
        for start, end in EDGES:
            cv2.line(
                image, pixels[start].tolist(), pixels[end].tolist(), colour, thickness, cv2.LINE_AA
            )
        text = f"{class_names.get(label, label)} {boxes.scores[i]:.2f}"
        place = pixels.min(0).tolist()
        cv2.putText(image, text, place, FONT, 0.5, colour, thickness, cv2.LINE_AA)
    return image
