"""A data set's folder: what every layout comes down to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sensor_msgs.msg import CameraInfo


class DataSetError(ValueError):
    """A data set that cannot be read; the text names the file and what was expected."""


@dataclass(frozen=True)
class AnnotatedImage:
    """One image of a data set; what belongs to it is read when asked for.

    Attributes:
        read_truth: its ground truth by topic.
        read_camera_info: its calibration, None without.
    """

    image: Path
    read_truth: Callable[[], dict[str, Any]]
    read_camera_info: Callable[[], CameraInfo] | None = None


@dataclass(frozen=True)
class AnnotatedFolder:
    """A data set.

    Attributes:
        class_names: of the ground truth, by label.
        is_rectified: whether the images are free of distortion.
    """

    class_names: Sequence[str]
    is_rectified: bool
    frames: Sequence[AnnotatedImage]
