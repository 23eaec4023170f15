"""Everything that was found in one image, drawn over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from centernet_ros.structures import Boxes3D, Detections, Image, Poses
from centernet_ros.visualization.birds_eye import draw_birds_eye
from centernet_ros.visualization.boxes import draw_detections
from centernet_ros.visualization.canvas import copy_as_bgr
from centernet_ros.visualization.cuboids import draw_boxes3d
from centernet_ros.visualization.poses import draw_poses

# Share of the image's height that the bird's-eye view takes.
INSET = 0.5


def draw_overview(
    image: Image,
    found: Iterable[tuple[Detections, Mapping[int, str]]],
    projection: np.ndarray | None = None,
) -> np.ndarray:
    """2D boxes, skeletons, projected 3D boxes, and a bird's-eye view where there is 3D.

    Args:
        image: the image; stays as it is.
        found: detections, persons or 3D boxes, each with the names of its labels.
        projection: (3, 4) of the image's camera, for 3D boxes.

    Returns:
        (H, W, 3) uint8 BGR.
    """
    canvas = copy_as_bgr(image)
    for detections, class_names in found:
        draw_objects(canvas, detections, class_names, projection)
        if isinstance(detections, Boxes3D):
            _inset_birds_eye(canvas, detections)
    return canvas


def draw_objects(
    canvas: np.ndarray,
    detections: Detections,
    class_names: Mapping[int, str],
    projection: np.ndarray | None = None,
) -> None:
    """Draw what one task found, each kind in its own way.

    Args:
        canvas: (H, W, 3) uint8 BGR, drawn on.
        detections: detections, persons, or 3D boxes, which need the projection.
        class_names: by label.
        projection: (3, 4) of the image's camera.
    """
    if isinstance(detections, Boxes3D):
        if projection is not None:
            draw_boxes3d(canvas, detections, class_names, projection)
    elif isinstance(detections, Poses):
        draw_poses(canvas, detections, class_names)
    else:
        draw_detections(canvas, detections, class_names)


def _inset_birds_eye(canvas: np.ndarray, boxes: Boxes3D) -> None:
    """Into the upper right corner."""
    side = round(INSET * min(canvas.shape[:2]))
    if side:
        canvas[:side, -side:] = draw_birds_eye(boxes, side)
