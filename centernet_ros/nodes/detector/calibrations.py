"""The calibrations of one camera, and which of them an image goes with."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

from builtin_interfaces.msg import Time
from sensor_msgs.msg import CameraInfo

# Seconds that an image waits for the calibration of its own stamp.
PATIENCE = 0.1
# After so many images in turn whose own calibration never came, images wait no more.
FUTILE = 3


class Match(NamedTuple):
    """The calibration for an image.

    Attributes:
        info: the calibration.
        is_own: whether it is of the image's own stamp.
    """

    info: CameraInfo
    is_own: bool


class Calibrations:
    """The latest calibrations, shared by the executor's thread and the worker's.

    Drivers publish an image and its calibration with one stamp but on two topics, of which either
    may be handled first.

    Args:
        count: how many are kept.
    """

    def __init__(self, count: int) -> None:
        self._infos: deque[CameraInfo] = deque(maxlen=count)
        self._changed = threading.Condition()
        self._misses, self._missed = 0, 0

    def add(self, info: CameraInfo) -> None:
        """Take a calibration."""
        with self._changed:
            self._infos.append(info)
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget all."""
        with self._changed:
            self._infos.clear()
            self._misses = 0

    def find(self, stamp: Time) -> Match | None:
        """The calibration of a stamp, waited for a little, else the one nearest in time.

        Where a camera's calibrations have other stamps than its images, or none, nothing waits.

        Returns:
            None if there is none at all.
        """
        wanted = to_nanoseconds(stamp)
        with self._changed:
            if self._has(self._missed):  # it came after all, only later
                self._misses = 0
            if self._is_worth_waiting():
                self._changed.wait_for(lambda: self._has(wanted), PATIENCE)
            if not self._infos:
                self._misses += 1
                return None
            # Of several as near the last one counts.
            nearest = min(
                reversed(self._infos),
                key=lambda info: abs(to_nanoseconds(info.header.stamp) - wanted),
            )
            is_own = to_nanoseconds(nearest.header.stamp) == wanted
            self._misses = 0 if is_own else self._misses + 1
            self._missed = 0 if is_own else wanted
            return Match(nearest, is_own)

    def _has(self, stamp: int) -> bool:
        return any(to_nanoseconds(info.header.stamp) == stamp for info in self._infos)

    def _is_worth_waiting(self) -> bool:
        stamped = not self._infos or to_nanoseconds(self._infos[-1].header.stamp) > 0
        return stamped and self._misses < FUTILE


def to_nanoseconds(stamp: Time) -> int:
    """A stamp as one number."""
    return int(stamp.sec * 10**9 + stamp.nanosec)
