"""What the images of a bag are like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.bag import count_messages, list_topics, read_messages
from centernet_ros.conversions.image import image_from_compressed, image_from_message
from centernet_ros.structures import Image

TYPES = (ImageMessage, CompressedImage)


def find_transport(bag: Path) -> str:
    """How the images travel: "compressed" where the bag holds them so, else "raw"."""
    return "compressed" if count_messages(bag, [CompressedImage]) else "raw"


def has_rectified_images(bag: Path) -> bool:
    """Whether image topics are called image_rect, as image_proc calls rectified ones."""
    return any("image_rect" in topic for topic in list_topics(bag, TYPES))


def read_images(bag: Path) -> Iterator[Image]:
    """The images in order.

    Raises:
        ImageError: one cannot be decoded.
    """
    for _, _, message in read_messages(bag, TYPES):
        decode = (
            image_from_compressed if isinstance(message, CompressedImage) else image_from_message
        )
        yield decode(message)
