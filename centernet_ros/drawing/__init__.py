"""Results drawn over pictures."""

from centernet_ros.drawing.birds_eye import draw_birds_eye
from centernet_ros.drawing.boxes import draw_detections
from centernet_ros.drawing.boxes3d import draw_boxes3d
from centernet_ros.drawing.canvas import copy_as_bgr
from centernet_ros.drawing.poses import draw_poses

__all__ = ["copy_as_bgr", "draw_birds_eye", "draw_boxes3d", "draw_detections", "draw_poses"]
