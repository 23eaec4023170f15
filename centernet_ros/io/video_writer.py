"""Writing a video whose size the first image sets."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np


class VideoError(ValueError):
    """A video that cannot be written; the text names it."""


class VideoFile:
    """An .mp4 (MPEG-4) file."""

    def __init__(self, path: Path, rate: float) -> None:
        self._path, self._rate = path, rate
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)

    def write(self, pixels: np.ndarray) -> None:
        """Append an image; one of another size than the first is scaled.

        Args:
            pixels: (H, W, 3) uint8 BGR.

        Raises:
            VideoError: the file cannot be written.
        """
        if self._writer is None:
            self._size = (pixels.shape[1], pixels.shape[0])
            self._writer = self._open()
        if (pixels.shape[1], pixels.shape[0]) != self._size:
            pixels = cv2.resize(pixels, self._size)
        self._writer.write(pixels)

    def close(self) -> None:
        """Finish the file.

        Raises:
            VideoError: nothing was written, as on a full disk.
        """
        if self._writer is not None:
            self._writer.release()
            if not self._path.is_file() or not self._path.stat().st_size:
                raise VideoError(f"{self._path}: the video was not written, expected space for it")

    def _open(self) -> cv2.VideoWriter:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VideoError(f"{self._path}: cannot write a video there ({error})") from error
        code = cv2.VideoWriter.fourcc(*"mp4v")
        writer = cv2.VideoWriter(str(self._path), code, self._rate, self._size)
        if not writer.isOpened():
            raise VideoError(f"{self._path}: cannot write a video there")
        return writer
