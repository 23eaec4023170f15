"""A node that answers images at once and finds nothing: what the way there and back takes."""

from __future__ import annotations

import sys

from rclpy.node import Node
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from centernet_ros.nodes.common.qos import IMAGES, RESULTS
from centernet_ros.nodes.common.runtime import run_node


class Echo(Node):
    """Hears image, publishes ~/detections without any, of the same header."""

    def __init__(self) -> None:
        super().__init__("echo")
        self._answers = self.create_publisher(Detection2DArray, "~/detections", RESULTS)
        self.create_subscription(Image, "image", self._answer, IMAGES)

    def _answer(self, message: Image) -> None:
        self._answers.publish(Detection2DArray(header=message.header))


if __name__ == "__main__":
    sys.exit(run_node(Echo))
