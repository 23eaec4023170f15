"""Results drawn over pictures."""

from centernet_ros.drawing.boxes import draw_detections
from centernet_ros.drawing.canvas import copy_as_bgr

__all__ = ["copy_as_bgr", "draw_detections"]
