"""Says why no images arrive."""

from __future__ import annotations

import time
from collections.abc import Callable

from rclpy.node import Node
from rclpy.qos import QoSProfile

from centernet_ros.nodes.common.runtime import STEADY_CLOCK, describe_large_images

SILENCE = 5.0


class InputMonitor:
    """Warns when a subscribed topic has been silent for SILENCE seconds of wall time.

    A topic without publisher, one whose publishers' QoS does not fit, and one that just is silent
    are told apart.

    Args:
        node: subscribes.
        topic: with its namespace.
        qos: of the subscription.
        is_busy: whether an image is worked on, for the answer to which a publisher may wait.
    """

    def __init__(
        self, node: Node, topic: str, qos: QoSProfile, is_busy: Callable[[], bool]
    ) -> None:
        self._node, self._topic, self._qos, self._is_busy = node, topic, qos, is_busy
        self._heard_at = time.monotonic()
        self._timer = node.create_timer(SILENCE, self._check, clock=STEADY_CLOCK)

    def hear(self) -> None:
        """Note that a message has arrived."""
        self._heard_at = time.monotonic()

    @property
    def silence(self) -> float:
        """Seconds since the last message, or since watching began."""
        return time.monotonic() - self._heard_at

    def stop(self) -> None:
        """Watch no more."""
        self._node.destroy_timer(self._timer)

    def _check(self) -> None:
        if self.silence >= SILENCE and not self._is_busy():
            self._node.get_logger().warning(self._explain())

    def _explain(self) -> str:
        publishers = self._node.get_publishers_info_by_topic(self._topic)
        wanted = f"{self._qos.reliability.name.lower()} {self._qos.durability.name.lower()}"
        if not publishers:
            return f"no publisher on {self._topic!r}: expected images there, remap 'image'"
        offers = ", ".join(
            f"{p.node_name} ({p.qos_profile.reliability.name.lower()} "
            f"{p.qos_profile.durability.name.lower()}, {p.topic_type})"
            for p in publishers
        )
        return (
            f"no message on {self._topic!r} for {self.silence:.0f} s; published by {offers}, "
            f"subscribed as {wanted}; {describe_large_images()}"
        )
