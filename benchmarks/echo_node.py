"""A node that answers every image at once, which measures what the transport alone takes."""

from __future__ import annotations

import sys

from rclpy.node import Node
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from centernet_ros.nodes.common.qos import IMAGES, RESULTS
from centernet_ros.nodes.common.runtime import run_node


class Echo(Node):
    """Publishes an empty ~/detections with the header of each message of the topic `image`."""

    def __init__(self) -> None:
        super().__init__("echo")
        self._publisher = self.create_publisher(Detection2DArray, "~/detections", RESULTS)
        self.create_subscription(Image, "image", self._answer, IMAGES)

    def _answer(self, message: Image) -> None:
        self._publisher.publish(Detection2DArray(header=message.header))


if __name__ == "__main__":
    sys.exit(run_node(Echo))
