"""The frame that 3D results are published in, by tf2."""

from __future__ import annotations

from typing import Any

from geometry_msgs.msg import TransformStamped
from rclpy.duration import Duration
from rclpy.lifecycle import LifecycleNode
from rclpy.time import Time
from std_msgs.msg import Header

from centernet_ros.conversions.stamp import to_nanoseconds

# Seconds that an image's results wait for the transform of its stamp.
PATIENCE = 0.1
# Nanoseconds by which time jumps back, rather than images of several cameras being mixed up.
JUMP = 10**9


class TargetFrame:
    """Looks up the transform of each image.

    Args:
        node: listens to /tf and /tf_static.
        frame: to transform into.

    Raises:
        ValueError: tf2_ros is not installed.
    """

    def __init__(self, node: LifecycleNode, frame: str) -> None:
        try:
            import tf2_ros
        except ImportError as error:
            raise ValueError(
                f"target_frame {frame!r} needs tf2_ros, which is not installed: expected the "
                "distribution's package tf2_ros_py"
            ) from error
        self._node, self._frame = node, frame
        self._exception: type[Exception] = tf2_ros.TransformException
        self._buffer: Any = tf2_ros.Buffer()
        self._listener: Any = tf2_ros.TransformListener(self._buffer, node)
        self._latest = 0

    def find(self, header: Header) -> TransformStamped | None:
        """The transform of an image's frame at its stamp, waited for a little.

        Returns:
            None, logged, where there is none.
        """
        stamp = to_nanoseconds(header.stamp)
        if stamp < self._latest - JUMP:
            # Of a bag that plays again, which the buffer would take for old news.
            self._buffer.clear()
        self._latest = stamp
        try:
            transform: TransformStamped = self._buffer.lookup_transform(
                self._frame,
                header.frame_id,
                Time(nanoseconds=stamp),
                timeout=Duration(seconds=PATIENCE),
            )
            return transform
        except (self._exception, ValueError) as error:  # rclpy refuses negative stamps
            self._node.get_logger().warning(
                f"no 3D results in {self._frame!r}: {error}", throttle_duration_sec=5.0
            )
            return None

    def destroy(self) -> None:
        """Listen no more."""
        self._listener.unregister()
