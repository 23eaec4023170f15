"""Persons with their joints."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from centernet_ros.skeleton import Skeleton
from centernet_ros.structures import Poses
from centernet_ros.visualization.boxes import draw_detections

LEFT, RIGHT, MIDDLE = (255, 128, 0), (0, 0, 255), (255, 0, 255)


def draw_poses(image: np.ndarray, poses: Poses, class_names: Mapping[int, str]) -> np.ndarray:
    """Boxes, limbs and joints; the person's left in blue, the right in red.

    Args:
        image: (H, W, 3) uint8 BGR; drawn on in place.
        poses: boxes and joints in pixels of the image.
        class_names: label -> name.

    Returns:
        the image.
    """
    draw_detections(image, poses, class_names)
    skeleton = poses.skeleton
    thickness = max(1, round(max(image.shape[:2]) / 400))
    # OpenCV takes no coordinates outside 32 bits.
    keypoints = poses.keypoints.clip(-1e6, 1e6).round().astype(int)
    for joints in keypoints[::-1].tolist():
        for start, end in skeleton.limbs:
            colour = choose_colour(skeleton, start, end)
            cv2.line(image, joints[start], joints[end], colour, thickness, cv2.LINE_AA)
        for joint, place in enumerate(joints):
            cv2.circle(
                image, place, thickness + 1, choose_colour(skeleton, joint, joint), cv2.FILLED
            )
    return image


def choose_colour(skeleton: Skeleton, start: int, end: int) -> tuple[int, int, int]:
    """BGR of a limb by the side of its joints."""
    for side, colour in ((0, LEFT), (1, RIGHT)):
        if {start, end} <= {pair[side] for pair in skeleton.pairs}:
            return colour
    return MIDDLE
