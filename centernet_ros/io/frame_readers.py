"""Images from a video file, a folder, or a camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import cv2

from centernet_ros.io.errors import DataError
from centernet_ros.io.images import list_images, read_image
from centernet_ros.structures import Image


class FrameReader(Protocol):
    """Images in order.

    Attributes:
        rate: images per second of the source itself, None where it has none.
        count: how many there are, None where that is not known.
    """

    rate: float | None
    count: int | None

    def __iter__(self) -> Iterator[Image]:
        """From the first image on."""
        ...


class VideoReader:
    """The frames of a video file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        capture = cv2.VideoCapture(str(path))
        if not capture.isOpened():
            raise DataError(f"{path}: not a video that can be read")
        self.rate: float | None = capture.get(cv2.CAP_PROP_FPS) or None
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.count: int | None = count if count > 0 else None
        capture.release()

    def __iter__(self) -> Iterator[Image]:
        """From the first frame to the last that can be decoded."""
        yield from _read_capture(cv2.VideoCapture(str(self._path)))


class FolderReader:
    """The images of a folder, in natural order of their names."""

    rate: float | None = None

    def __init__(self, folder: Path) -> None:
        self._paths = list_images(folder)
        self.count: int | None = len(self._paths)

    def __iter__(self) -> Iterator[Image]:
        """Every image.

        Raises:
            DataError: one that cannot be decoded.
        """
        for path in self._paths:
            yield Image(read_image(path))


class CameraReader:
    """A camera of this machine."""

    count: int | None = None

    def __init__(self, index: int) -> None:
        self._capture = cv2.VideoCapture(index)
        if not self._capture.isOpened():
            raise DataError(
                f"camera {index}: cannot be opened, expected a device /dev/video{index}"
            )
        self.rate: float | None = self._capture.get(cv2.CAP_PROP_FPS) or None

    def __iter__(self) -> Iterator[Image]:
        """Until the camera gives no more."""
        yield from _read_capture(self._capture)


def open_frames(source: str) -> FrameReader:
    """The reader for a source.

    Args:
        source: path of a video file or of a folder of images, or the number of a camera.

    Raises:
        DataError: there is no such file, or it cannot be read.
    """
    if source.isdecimal():
        return CameraReader(int(source))
    path = Path(source).expanduser()
    if path.is_dir():
        return FolderReader(path)
    if not path.is_file():
        raise DataError(f"{source!r}: no such file, expected a video, a folder or a camera number")
    return VideoReader(path)


def _read_capture(capture: cv2.VideoCapture) -> Iterator[Image]:
    try:
        while True:
            good, pixels = capture.read()
            if not good:
                return
            yield Image(pixels)
    finally:
        capture.release()
