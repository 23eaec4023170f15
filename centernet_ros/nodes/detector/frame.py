"""One image on its way through the networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from std_msgs.msg import Header

from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.nodes.detector.camera import Camera
from centernet_ros.structures import Detections, Image


@dataclass
class Frame:
    """An image, where it comes from, and what was found in it.

    Attributes:
        camera: that sent it.
        image: its pixels.
        header: of the message.
        calibration: of the camera at that time, None where none is known or needed.
        published: what was published for it, each with the names of its labels.
    """

    camera: Camera
    image: Image
    header: Header
    calibration: CameraModel | None = None
    published: list[tuple[Detections, Mapping[int, str]]] = field(default_factory=list)
