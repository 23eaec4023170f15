"""One image on its way out, with all that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.image import AnyImageMessage


class Depth(NamedTuple):
    """The depth image of an image.

    Attributes:
        delay: nanoseconds from the image's stamp to its own.
    """

    image: ImageMessage
    delay: int


class PlaybackFrame(NamedTuple):
    """One image on its way out.

    Attributes:
        time: seconds after the first frame.
        camera_info: recorded with the image, None where nothing was.
        ground_truth: topic -> message, the image's ground truth and what its labels mean.
        depth: None where there is none.
    """

    time: float
    image: AnyImageMessage
    camera_info: CameraInfo | None
    ground_truth: Mapping[str, Any] = MappingProxyType({})
    depth: Depth | None = None
