"""What the images of a bag are like."""

from __future__ import annotations

from collections.abc import Container, Iterator

from centernet_ros.conversions.bag import read_messages
from centernet_ros.conversions.image import image_from_any
from centernet_ros.conversions.image_topics import ImageTopic
from centernet_ros.structures import Image


def find_rate(images: ImageTopic) -> float | None:
    """Images per second, as recorded; None of a single image."""
    messages = read_messages(images.bag, [images.message_type], [images.name])
    times = [time for _, time, _ in messages]
    if len(times) < 2 or times[0] == times[-1]:
        return None
    return (len(times) - 1) / (times[-1] - times[0]) * 1e9


def read_images(images: ImageTopic, places: Container[int]) -> Iterator[tuple[int, Image]]:
    """The images at some places of the topic's order, each with its place.

    Raises:
        ImageError: one cannot be decoded.
    """
    messages = read_messages(images.bag, [images.message_type], [images.name])
    for i, (_, _, message) in enumerate(messages):
        if i in places:
            yield i, image_from_any(message)
