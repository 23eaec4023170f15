"""What arrives beside a camera's images, and which of it an image goes with."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from builtin_interfaces.msg import Time

from centernet_ros.conversions.stamp import to_nanoseconds
from centernet_ros.nodes.common.result_topics import Stamped

# Seconds that an image waits for the message of its own stamp.
PATIENCE = 0.1
# After so many images in turn whose own message never came, images wait no more.
FUTILE = 3

Message = TypeVar("Message", bound=Stamped)


@dataclass(frozen=True)
class Match(Generic[Message]):
    """The message for an image.

    Attributes:
        message: the one nearest in time.
        is_own: whether it is of the image's own stamp, within the tolerance.
    """

    message: Message
    is_own: bool


class StampedMessages(Generic[Message]):
    """The latest messages of a topic, shared by the executor's thread and the worker's.

    Drivers publish an image and its calibration, or its depth, with one stamp but on two topics,
    of which either may be handled first.

    Args:
        count: how many are kept.
        tolerance: seconds that stamps of what belongs together may differ.
    """

    def __init__(self, count: int, tolerance: float = 0.0) -> None:
        self._messages: deque[Message] = deque(maxlen=count)
        self._tolerance = round(tolerance * 1e9)
        self._changed = threading.Condition()
        self._misses, self._missed = 0, 0

    def add(self, message: Message) -> None:
        """Take a message."""
        with self._changed:
            self._messages.append(message)
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget all."""
        with self._changed:
            self._messages.clear()
            self._misses = 0

    def find(self, stamp: Time) -> Match[Message] | None:
        """The message of a stamp, waited for a little, else the one nearest in time.

        Nothing waits where messages have other stamps than the images, or none, or where a later
        one has arrived already.

        Returns:
            None if there is none at all.
        """
        wanted = to_nanoseconds(stamp)
        with self._changed:
            if self._has(self._missed):  # it came after all, only later
                self._misses = 0
            if self._is_worth_waiting(wanted):
                self._changed.wait_for(lambda: self._is_decided(wanted), PATIENCE)
            if not self._messages:
                self._misses += 1
                return None
            # Of several as near the last one counts.
            nearest = min(
                reversed(self._messages),
                key=lambda message: abs(to_nanoseconds(message.header.stamp) - wanted),
            )
            is_own = self._is_near(nearest, wanted)
            self._misses = 0 if is_own else self._misses + 1
            self._missed = 0 if is_own else wanted
            return Match(nearest, is_own)

    def _is_near(self, message: Message, stamp: int) -> bool:
        return abs(to_nanoseconds(message.header.stamp) - stamp) <= self._tolerance

    def _has(self, stamp: int) -> bool:
        return any(self._is_near(message, stamp) for message in self._messages)

    def _is_decided(self, stamp: int) -> bool:
        """Whether the message of a stamp is here, or can be expected no more."""
        return self._has(stamp) or (
            bool(self._messages) and to_nanoseconds(self._messages[-1].header.stamp) > stamp
        )

    def _is_worth_waiting(self, stamp: int) -> bool:
        stamped = not self._messages or to_nanoseconds(self._messages[-1].header.stamp) > 0
        return stamped and self._misses < FUTILE and not self._is_decided(stamp)
