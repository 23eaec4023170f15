"""Which of a bag's image topics is played, and whose calibration goes with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.bag import list_topics, read_messages
from centernet_ros.conversions.bag_files import BagError
from centernet_ros.conversions.image import AnyImageMessage

IMAGES = (ImageMessage, CompressedImage)
Kind = Literal["colour", "grey", "depth"]
DEPTH_ENCODINGS = ("16UC1", "32FC1")
GREY_ENCODINGS = ("mono8", "mono16", "8UC1")
# image_transport's names of what is published below a raw topic.
TRANSPORTS = ("compressed", "compressedDepth", "theora", "ffmpeg", "zstd")


@dataclass(frozen=True)
class ImageTopic:
    """An image topic of a bag.

    Attributes:
        bag: the bag.
        name: of the topic.
        message_type: of its messages.
        camera_info: topic of its camera's calibration, None where the bag has none.
    """

    bag: Path
    name: str
    message_type: type
    camera_info: str | None

    @property
    def transport(self) -> str:
        """How the images travel: "compressed" or "raw"."""
        return "compressed" if self.message_type is CompressedImage else "raw"

    @property
    def is_rectified(self) -> bool:
        """Whether the topic is called image_rect, as image_proc calls rectified images."""
        return "image_rect" in self.name


def find_image_topic(bag: Path, wanted: str = "") -> ImageTopic:
    """The image topic to play.

    Args:
        bag: the bag.
        wanted: its name, with or without the ending /compressed; if empty, the only topic of
            colour images, or the only one of grey images where there is no colour. Depth images
            are played only if they are asked for.

    Raises:
        BagError: there is none, or several to choose from; the text lists them.
    """
    topics = list_topics(bag, IMAGES)
    if not topics:
        raise BagError(f"{bag}: no image in this bag")
    by_camera = group_transports(topics)
    if wanted:
        name = strip_transport("/" + wanted.strip("/"))
        if name not in by_camera:
            raise BagError(
                f"{bag}: no image topic {wanted!r}, expected one of: {', '.join(topics)}"
            )
    else:
        name = choose_camera(bag, topics, by_camera)
    transports = by_camera[name]
    # An exact name counts; otherwise raw images lose nothing and need no decoding.
    exact = [topic for topic in transports if topic == "/" + wanted.strip("/")]
    topic = (exact or sorted(transports, key=lambda t: topics[t] is CompressedImage))[0]
    return ImageTopic(bag, topic, topics[topic], find_camera_info(bag, name, len(by_camera)))


def find_depth_topic(bag: Path, wanted: str = "") -> str:
    """The topic of depth images to play.

    Args:
        bag: the bag.
        wanted: its name; if empty, the only topic with depth images, which are not compressed.

    Raises:
        BagError: there is none, or several to choose from; the text lists them.
    """
    topics = list_topics(bag, [ImageMessage])
    if wanted:
        name = "/" + wanted.strip("/")
        if name not in topics:
            raise BagError(
                f"{bag}: no topic {wanted!r} of uncompressed images, expected one of: "
                f"{', '.join(topics) or 'none is there'}"
            )
        return name
    depths = [name for name in topics if find_kind(bag, [name]) == "depth"]
    if len(depths) != 1:
        found = f"several topics of depth images: {', '.join(depths)}" if depths else "no depth"
        raise BagError(f"{bag}: {found}, expected one topic of uncompressed depth images")
    return depths[0]


def choose_camera(
    bag: Path, topics: Mapping[str, type], by_camera: Mapping[str, list[str]]
) -> str:
    """The only camera whose images are colour, or else grey.

    Raises:
        BagError: there is none, or several.
    """
    kinds = {name: find_kind(bag, of_camera) for name, of_camera in by_camera.items()}
    of_kind = {k: [n for n, kind in kinds.items() if kind == k] for k in ("colour", "grey")}
    candidates = of_kind["colour"] or of_kind["grey"]
    if len(candidates) == 1:
        return candidates[0]
    found = "several image topics" if candidates else "only depth images"
    raise BagError(
        f"{bag}: {found}, expected the image topic to play, one of: "
        f"{', '.join(candidates or topics)}"
    )


def find_camera_info(bag: Path, camera: str, cameras: int) -> str | None:
    """The topic of a camera's calibration.

    Args:
        bag: the bag.
        camera: the camera's image topic without its transport.
        cameras: number of image topics in the bag; the calibration of a single one may be
            anywhere.
    """
    infos = list_topics(bag, [CameraInfo])
    sibling = f"{camera.rpartition('/')[0]}/camera_info"
    if sibling in infos:
        return sibling
    return next(iter(infos)) if len(infos) == cameras == 1 else None


def group_transports(topics: Mapping[str, type]) -> dict[str, list[str]]:
    """The topics of each camera: raw topic name -> topics with its images."""
    groups: dict[str, list[str]] = defaultdict(list)
    for topic in topics:
        groups[strip_transport(topic)].append(topic)
    return dict(groups)


def strip_transport(topic: str) -> str:
    """The raw topic that image_transport publishes a topic for."""
    name, _, last = topic.rpartition("/")
    return name if name and last in TRANSPORTS else topic


def find_kind(bag: Path, topics: list[str]) -> Kind:
    """What a camera's images show, by their encoding and, where that is silent, by name."""
    message = next(read_messages(bag, IMAGES, topics)).message
    encoding = read_encoding(message)
    name = topics[0].lower()
    is_depth_name = "depth" in name or "disparity" in name
    if encoding in DEPTH_ENCODINGS or "compressedDepth" in getattr(message, "format", ""):
        return "depth"
    if encoding in GREY_ENCODINGS or not encoding:
        return "depth" if is_depth_name else ("grey" if encoding else "colour")
    return "colour"


def read_encoding(message: AnyImageMessage) -> str:
    """The encoding of the pixels, empty where a compressed image does not say it."""
    if isinstance(message, ImageMessage):
        return message.encoding
    encoding, semicolon, _ = message.format.partition(";")
    return encoding.strip() if semicolon else ""
