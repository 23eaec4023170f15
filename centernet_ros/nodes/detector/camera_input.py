"""What one camera sends: its images, and its calibration."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rclpy.lifecycle import LifecycleNode
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.camera_model import CameraInfoError, camera_from_info
from centernet_ros.conversions.depth_image import depth_from_message
from centernet_ros.conversions.image import AnyImageMessage, ImageError
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.nodes.common.parameters import get_bool, get_float
from centernet_ros.nodes.common.qos import CALIBRATIONS, DEPTHS, IMAGES
from centernet_ros.nodes.detector.frame_statistics import FrameStatistics
from centernet_ros.nodes.detector.input_monitor import InputMonitor
from centernet_ros.nodes.detector.stamped_messages import StampedMessages

Submit = Callable[[str, AnyImageMessage], bool]


class CameraInput:
    """The topics that a camera publishes.

    Args:
        node: subscribes.
        name: of the camera, the prefix of its topics.
        statistics: of its frames.

    Attributes:
        calibrations: that have arrived.
        depths: likewise, where the node takes depth images.
    """

    def __init__(self, node: LifecycleNode, name: str, statistics: FrameStatistics) -> None:
        self._node, self._name, self._statistics = node, name, statistics
        self._where = f"camera {name!r}: " if name else ""
        self.calibrations: StampedMessages[CameraInfo] = StampedMessages(CALIBRATIONS.depth)
        self.depths: StampedMessages[ImageMessage] = StampedMessages(
            DEPTHS.depth, get_float(node, "depth_tolerance")
        )

    def start(self, is_compressed: bool, submit: Submit) -> None:
        """Take images and calibrations from now on.

        Args:
            is_compressed: whether images come as CompressedImage.
            submit: takes the camera's name and an image; true if an older one is dropped for it.
        """
        prefix = f"{self._name}/" if self._name else ""
        topic = self._node.resolve_topic_name(f"{prefix}image")
        if is_compressed:
            topic += "/compressed"

        def receive(message: AnyImageMessage) -> None:
            self._monitor.hear()
            self._statistics.count("received")
            if submit(self._name, message):
                self._statistics.count("dropped")

        options = QoSOverridingOptions.with_default_policies()
        # First, so that of an image and its calibration that wait together this is taken first.
        self._beside = [
            self._node.create_subscription(
                CameraInfo,
                f"{prefix}camera_info",
                self.calibrations.add,
                CALIBRATIONS,
                qos_overriding_options=options,
            )
        ]
        if get_bool(self._node, "depth"):
            self._beside.append(
                self._node.create_subscription(
                    ImageMessage,
                    f"{prefix}depth",
                    self.depths.add,
                    DEPTHS,
                    qos_overriding_options=options,
                )
            )
        self._images = self._node.create_subscription(
            CompressedImage if is_compressed else ImageMessage,
            topic,
            receive,
            IMAGES,
            qos_overriding_options=options,
        )
        self._monitor = InputMonitor(
            self._node, topic, self._images.qos_profile, lambda: self._statistics.is_busy
        )
        self._node.get_logger().info(f"waiting for images on {topic!r}")

    def stop(self) -> None:
        """Take no more."""
        self._monitor.stop()
        for subscription in (self._images, *self._beside):
            self._node.destroy_subscription(subscription)
        self.calibrations.clear()
        self.depths.clear()

    @property
    def silence(self) -> float:
        """Seconds since the last image, or since the start."""
        return self._monitor.silence

    def find_calibration(
        self, header: Header, size: tuple[int, int], is_rectified: bool
    ) -> CameraModel | None:
        """The calibration of an image: that of its own stamp, else the one nearest in time.

        Images with another's calibration are counted.

        Args:
            header: of the image.
            size: height and width of the image.
            is_rectified: whether the image was rectified.

        Returns:
            None, logged and counted, where there is none to use.
        """
        match = self.calibrations.find(header.stamp)
        try:
            if match is None:
                raise CameraInfoError("no camera_info has arrived, 3D boxes wait for it")
            if not match.is_own:
                self._statistics.count("with_other_calibration")
            return camera_from_info(match.message, size, is_rectified)
        except CameraInfoError as error:
            self._statistics.count("without_calibration")
            self._node.get_logger().warning(f"{self._where}{error}", throttle_duration_sec=5.0)
            return None

    def find_depth(self, header: Header, size: tuple[int, int]) -> np.ndarray | None:
        """The depth image of an image.

        Args:
            header: of the image.
            size: height and width of the image.

        Returns:
            (H, W) metres, NaN where unknown; None, logged and counted, where there is none to use.
        """
        match = self.depths.find(header.stamp)
        limits = get_float(self._node, "depth_min"), get_float(self._node, "depth_max")
        try:
            if match is None or not match.is_own:
                tolerance = get_float(self._node, "depth_tolerance")
                raise ImageError(f"no depth image within {tolerance:g} s of the image's stamp")
            return depth_from_message(match.message, header.frame_id, size, limits)
        except ImageError as error:
            self._statistics.count("without_depth")
            self._node.get_logger().warning(f"{self._where}{error}", throttle_duration_sec=5.0)
            return None
