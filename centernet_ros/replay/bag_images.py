"""What the images of a bag are like."""

from __future__ import annotations

from collections.abc import Container, Iterator
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


def find_rate(bag: Path) -> float | None:
    """Images per second, as recorded; None of a single image."""
    times = [time for _, time, _ in read_messages(bag, TYPES)]
    if len(times) < 2 or times[0] == times[-1]:
        return None
    return (len(times) - 1) / (times[-1] - times[0]) * 1e9


def read_images(bag: Path, places: Container[int]) -> Iterator[tuple[int, Image]]:
    """The images at some places of a bag's order, each with its place.

    Raises:
        ImageError: one cannot be decoded.
    """
    for i, (_, _, message) in enumerate(read_messages(bag, TYPES)):
        if i in places:
            is_compressed = isinstance(message, CompressedImage)
            yield i, (image_from_compressed if is_compressed else image_from_message)(message)
