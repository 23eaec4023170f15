"""3D boxes on the ground, seen from above."""

from __future__ import annotations

import cv2
import numpy as np

from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.structures import Boxes3D
from centernet_ros.visualization.boxes import FONT, label_colour

RANGE = 64.0
BACKGROUND, GRID = 32, (96, 96, 96)


def draw_birds_eye(boxes: Boxes3D, side: int = 384, reach: float = RANGE) -> np.ndarray:
    """Boxes on the ground, filled, with a white front.

    Args:
        boxes: in the camera's frame.
        side: height and width of the drawing in pixels.
        reach: metres that it shows, ahead and from left to right; a line every ten.

    Returns:
        (side, side, 3) uint8 BGR, the camera at the middle of the lower edge, looking up.
    """
    canvas = np.full((side, side, 3), BACKGROUND, np.uint8)
    scale = side / reach
    for distance in range(10, int(reach), 10):
        row = side - round(distance * scale)
        cv2.line(canvas, (0, row), (side, row), GRID)
        cv2.putText(canvas, f"{distance} m", (2, row - 2), FONT, 0.3, GRID, 1, cv2.LINE_AA)
    corners = compute_corners(boxes.dimensions, boxes.locations, boxes.rotations_y)[:, :4]
    pixels = np.stack((side / 2 + corners[..., 0] * scale, side - corners[..., 2] * scale), -1)
    pixels = pixels.clip(-1e6, 1e6).round().astype(np.int32)
    for i in reversed(range(len(boxes))):
        colour = label_colour(int(boxes.labels[i]))
        cv2.fillConvexPoly(canvas, pixels[i], colour, cv2.LINE_AA)
        cv2.polylines(canvas, [pixels[i]], True, colour, 1, cv2.LINE_AA)
        front, other = pixels[i, :2].tolist()
        cv2.line(canvas, front, other, (255, 255, 255), 1, cv2.LINE_AA)
    return canvas
