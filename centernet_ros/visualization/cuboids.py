"""3D boxes over an image."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.structures import Boxes3D
from centernet_ros.visualization.boxes import draw_label, label_colour, name_object

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
    """The edges of boxes with a cross on their front, class names and distances.

    Args:
        image: (H, W, 3) uint8 BGR; drawn on in place.
        boxes: in the camera's frame, metres.
        class_names: label -> name.
        projection: (3, 4), metres to pixels of the image.

    Returns:
        the image.
    """
    corners = compute_corners(boxes.dimensions, boxes.locations, boxes.rotations_y)
    thickness = max(1, round(max(image.shape[:2]) / 1600))
    for i in reversed(range(len(boxes))):
        label = int(boxes.labels[i])
        colour = label_colour(label)
        # OpenCV takes no coordinates outside 32 bits.
        edges = project(clip_edges(corners[i]).reshape(-1, 3), projection).clip(-1e6, 1e6)
        if not len(edges):
            continue
        pixels = edges.round().astype(int)
        for start, end in pixels.reshape(-1, 2, 2).tolist():
            cv2.line(image, start, end, colour, thickness, cv2.LINE_AA)
        distance = float(np.linalg.norm(boxes.locations[i]))
        text = f"{name_object(boxes, i, class_names)} {distance:.0f} m"
        draw_label(image, text, tuple(pixels.min(0).tolist()), colour)
    return image


def clip_edges(corners: np.ndarray) -> np.ndarray:
    """The parts of a box's edges that are in front of the camera.

    Args:
        corners: (8, 3) as `compute_corners` gives them, metres.

    Returns:
        (E, 2, 3) ends of the edges.
    """
    edges = corners[np.array(EDGES)]
    edges = edges[(edges[..., 2] > MIN_DEPTH).any(1)]
    near, far = np.sort(edges[..., 2], 1).T
    behind = np.argmin(edges[..., 2], 1)
    rows = np.arange(len(edges))
    share = np.clip((MIN_DEPTH - near) / np.maximum(far - near, 1e-9), 0, 1)
    edges[rows, behind] += share[:, None] * (edges[rows, 1 - behind] - edges[rows, behind])
    return edges
