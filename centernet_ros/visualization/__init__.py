"""Results drawn over images."""

from centernet_ros.visualization.boxes import draw_detections
from centernet_ros.visualization.canvas import copy_as_bgr

__all__ = ["copy_as_bgr", "draw_detections"]
