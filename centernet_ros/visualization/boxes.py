"""2D boxes with class names and scores."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

import cv2
import numpy as np

from centernet_ros.structures import Detections

FONT = cv2.FONT_HERSHEY_SIMPLEX


def label_colour(label: int) -> tuple[int, int, int]:
    """A BGR colour that is far from its neighbours' (steps of the golden ratio in hue)."""
    red, green, blue = colorsys.hsv_to_rgb(label * 0.618034 % 1, 0.8, 1.0)
    return int(255 * blue), int(255 * green), int(255 * red)


def name_object(detections: Detections, i: int, class_names: Mapping[int, str]) -> str:
    """The class of an object, with its id where it is tracked: "car #7"."""
    label = int(detections.labels[i])
    name = class_names.get(label, str(label))
    object_id = "" if detections.ids is None else detections.ids[i]
    return f"{name} #{object_id}" if object_id else name


def draw_detections(
    image: np.ndarray, detections: Detections, class_names: Mapping[int, str]
) -> np.ndarray:
    """Boxes, class names and scores, the best score on top.

    Args:
        image: (H, W, 3) uint8 BGR; drawn on in place.
        detections: boxes in pixels of the image.
        class_names: label -> name.

    Returns:
        the image.
    """
    _, thickness = text_size(image)
    for i in reversed(range(len(detections))):
        label = int(detections.labels[i])
        colour = label_colour(label)
        # OpenCV takes no coordinates outside 32 bits.
        x1, y1, x2, y2 = np.clip(detections.boxes[i], -1e6, 1e6).round().astype(int).tolist()
        text = f"{name_object(detections, i, class_names)} {detections.scores[i]:.2f}"
        cv2.rectangle(image, (x1, y1), (x2, y2), colour, thickness)
        draw_label(image, text, (x1, y1), colour)
    return image


def text_size(image: np.ndarray) -> tuple[float, int]:
    """Scale and thickness of text on an image (H, W, 3)."""
    scale = max(image.shape[:2]) / 4000 + 0.25
    return scale, max(1, round(2 * scale))


def draw_label(
    image: np.ndarray, text: str, place: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    """Text on a coloured ground, above a place x y, but inside the image."""
    scale, thickness = text_size(image)
    (width, height), base = cv2.getTextSize(text, FONT, scale, thickness)
    left = max(min(place[0], image.shape[1] - width), 0)
    top = max(min(place[1] - height - base, image.shape[0] - height - base), 0)
    bottom = top + height + base
    cv2.rectangle(image, (left, top), (left + width, bottom), colour, cv2.FILLED)
    origin = (left, bottom - base)
    cv2.putText(image, text, origin, FONT, scale, (0, 0, 0), thickness, cv2.LINE_AA)
