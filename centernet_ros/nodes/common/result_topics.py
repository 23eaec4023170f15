"""The detector's results for an image, by topic."""

from __future__ import annotations

from typing import Protocol

from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.msg import HumanPoseArray


class Stamped(Protocol):
    """A message about one image.

    Attributes:
        header: that of the image.
    """

    header: Header


RESULT_TOPICS: dict[str, type[Stamped]] = {
    "detections": Detection2DArray,
    "detections_3d": Detection3DArray,
    "keypoints": HumanPoseArray,
}
