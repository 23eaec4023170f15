"""Waits until the detector has answered an image."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from builtin_interfaces.msg import Time
from rclpy.node import Node

from centernet_ros.nodes.common.qos import RESULTS
from centernet_ros.nodes.common.result_topics import RESULT_TOPICS, Stamped


class ResultWaiter:
    """Hears the results of a node's images; waited for in another thread than the executor's."""

    def __init__(self, node: Node, topics: Sequence[str]) -> None:
        """Subscribe.

        Args:
            topics: of RESULT_TOPICS, all of which an image needs.
        """
        self._stamps: dict[str, Time] = {}
        self._changed = threading.Condition()
        self._cancelled = False
        self._topics = topics
        for topic in topics:
            node.create_subscription(
                RESULT_TOPICS[topic], topic, partial(self._hear, topic), RESULTS
            )

    def wait(self, stamp: Time, timeout: float) -> list[str]:
        """The topics that have not answered the image of a stamp after some seconds."""

        def find_missing() -> list[str]:
            return [topic for topic in self._topics if self._stamps.get(topic) != stamp]

        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or not find_missing(), timeout)
            return [] if self._cancelled else find_missing()

    def cancel(self) -> None:
        """End all waiting."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    def _hear(self, topic: str, message: Stamped) -> None:
        with self._changed:
            self._stamps[topic] = message.header.stamp
            self._changed.notify_all()
