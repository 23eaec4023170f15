"""Frames of a video, folder, camera or bag as messages with a time to play them at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.bag import BagError, count_messages, is_bag, read_messages
from centernet_ros.conversions.image import image_to_message
from centernet_ros.frame_readers import FrameReader, open_frames

ImageType = ImageMessage | CompressedImage
DEFAULT_RATE = 10.0


class PlaybackFrame(NamedTuple):
    """One image on its way out.

    Attributes:
        time: seconds after the first frame.
        camera_info: recorded with the image, None where nothing was.
    """

    time: float
    image: ImageType
    camera_info: CameraInfo | None


class Playback(Protocol):
    """Something to play, again and again.

    Attributes:
        count: number of frames, None where it is not known.
    """

    count: int | None

    def __iter__(self) -> Iterator[PlaybackFrame]:
        """From the first frame on."""
        ...


class ReaderPlayback:
    """Plays pictures at a steady rate; a camera sets its own pace."""

    def __init__(self, reader: FrameReader, rate: float, frame_id: str, is_live: bool) -> None:
        self._reader, self._frame_id = reader, frame_id
        self._period = 0.0 if is_live else 1 / (rate or reader.rate or DEFAULT_RATE)
        self.count = reader.count

    def __iter__(self) -> Iterator[PlaybackFrame]:
        """Images without camera info."""
        for i, image in enumerate(self._reader):
            message = image_to_message(image, Header(frame_id=self._frame_id))
            yield PlaybackFrame(i * self._period, message, None)


class BagPlayback:
    """Plays the images of a bag as they were recorded, or at a steady rate."""

    def __init__(self, path: Path, rate: float) -> None:
        self._path, self._rate = path, rate
        self.count: int | None = count_messages(path, [ImageMessage, CompressedImage])
        if not self.count:
            raise BagError(f"{path}: no image in this bag")

    def __iter__(self) -> Iterator[PlaybackFrame]:
        """Each image with the camera info last recorded."""
        info: CameraInfo | None = None
        start: int | None = None
        played = 0
        for _, time, message in read_messages(
            self._path, [ImageMessage, CompressedImage, CameraInfo]
        ):
            if isinstance(message, CameraInfo):
                info = message
                continue
            start = time if start is None else start
            offset = played / self._rate if self._rate else (time - start) / 1e9
            yield PlaybackFrame(offset, message, info)
            played += 1


def open_playback(source: str, rate: float, frame_id: str) -> Playback:
    """What a source parameter names.

    Args:
        source: path of a bag, a video or a folder of pictures, or the number of a camera.
        rate: frames per second, 0 for the source's own.
        frame_id: of images that have none recorded.

    Raises:
        FrameError, BagError: it cannot be read.
    """
    path = Path(source).expanduser()
    if is_bag(path):
        return BagPlayback(path, rate)
    return ReaderPlayback(open_frames(source), rate, frame_id, is_live=source.isdecimal())
