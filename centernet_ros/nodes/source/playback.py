"""Frames of a video, folder, camera or bag as messages with a time to play them at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import LabelInfo

from centernet_ros.conversions.bag import count_messages, list_topics, read_messages
from centernet_ros.conversions.bag_files import is_bag
from centernet_ros.conversions.ground_truth import GROUND_TRUTH_TOPICS, LABELS
from centernet_ros.conversions.image import image_to_message
from centernet_ros.conversions.image_topics import (
    ImageTopic,
    find_depth_topic,
    find_image_topic,
)
from centernet_ros.io.errors import DataError
from centernet_ros.io.frame_readers import FrameReader, open_frames
from centernet_ros.nodes.source.depth_pairing import MOST_WAITING, pair_depths
from centernet_ros.nodes.source.playback_frame import PlaybackFrame

GROUND_TRUTH: dict[str, type] = {**GROUND_TRUTH_TOPICS, LABELS: LabelInfo}
DEFAULT_RATE = 10.0


class Playback(Protocol):
    """Something to play, again and again.

    Attributes:
        count: number of frames, None where it is not known.
        ground_truth: topic -> message type of the ground truth in it.
    """

    count: int | None
    ground_truth: Mapping[str, type]

    def __iter__(self) -> Iterator[PlaybackFrame]:
        """From the first frame on."""
        ...


class ReaderPlayback:
    """Plays images at a steady rate; a camera sets its own pace."""

    def __init__(self, reader: FrameReader, rate: float, frame_id: str, is_live: bool) -> None:
        self._reader, self._frame_id = reader, frame_id
        self._period = 0.0 if is_live else 1 / (rate or reader.rate or DEFAULT_RATE)
        self.count = reader.count
        self.ground_truth: Mapping[str, type] = {}

    def __iter__(self) -> Iterator[PlaybackFrame]:
        """Images without camera info."""
        for i, image in enumerate(self._reader):
            message = image_to_message(image, Header(frame_id=self._frame_id))
            yield PlaybackFrame(i * self._period, message, None)


class BagPlayback:
    """Plays the images of one topic as they were recorded, or at a steady rate."""

    def __init__(self, images: ImageTopic, rate: float, depth_topic: str = "") -> None:
        """Look what is in the bag.

        Args:
            images: what to play.
            rate: images per second, 0 for that of the recording.
            depth_topic: of depth images to play beside them, none if empty.
        """
        self._images, self._rate, self._depth_topic = images, rate, depth_topic
        self.count: int | None = count_messages(images.bag, [images.message_type], [images.name])
        topics = {topic.lstrip("/") for topic in list_topics(images.bag, GROUND_TRUTH.values())}
        self.ground_truth: Mapping[str, type] = {
            t: kind for t, kind in GROUND_TRUTH.items() if t in topics
        }

    def __iter__(self) -> Iterator[PlaybackFrame]:
        """Each image with all that goes with it."""
        return pair_depths(self._read(), MOST_WAITING if self._depth_topic else 0)

    def _read(self) -> Iterator[PlaybackFrame | ImageMessage]:
        """Each image with its camera's last calibration, and the truth since the image before.

        Images before the first calibration go with that one. Depth images come in between.
        """
        bag, camera_info = self._images.bag, self._images.camera_info
        info: CameraInfo | None = None
        if camera_info:
            info = next(read_messages(bag, [CameraInfo], [camera_info])).message
        topics = [self._images.name, *filter(None, [camera_info, self._depth_topic])]
        topics += [name for topic in self.ground_truth for name in (topic, f"/{topic}")]
        ground_truth: dict[str, Any] = {}
        start: int | None = None
        played = 0
        types = [self._images.message_type, CameraInfo, ImageMessage, *GROUND_TRUTH.values()]
        for topic, time, message in read_messages(bag, types, topics):
            if topic.lstrip("/") in self.ground_truth:
                ground_truth[topic.lstrip("/")] = message
            elif isinstance(message, CameraInfo):
                info = message
            elif topic == self._depth_topic:
                yield message
            else:
                start = time if start is None else start
                offset = played / self._rate if self._rate else (time - start) / 1e9
                yield PlaybackFrame(offset, message, info, ground_truth)
                ground_truth = {}
                played += 1


def open_playback(
    source: str, rate: float, frame_id: str, image_topic: str = "", depth_topic: str = ""
) -> Playback:
    """What a source parameter names.

    Args:
        source: path of a bag, a video or a folder of images, or the number of a camera.
        rate: frames per second, 0 for the source's own.
        frame_id: of images that have none recorded.
        image_topic: of a bag, as of `find_image_topic`.
        depth_topic: of a bag's depth images to play as well, none if empty.

    Raises:
        DataError, BagError: it cannot be read.
    """
    path = Path(source).expanduser()
    if is_bag(path):
        images = find_image_topic(path, image_topic)
        depth = find_depth_topic(path, depth_topic) if depth_topic else ""
        if depth == images.name:
            raise DataError(f"{source}: {depth!r} is played as images, expected another for depth")
        return BagPlayback(images, rate, depth)
    if depth_topic:
        raise DataError(f"{source}: no bag, expected one that holds {depth_topic!r}")
    return ReaderPlayback(open_frames(source), rate, frame_id, is_live=source.isdecimal())
