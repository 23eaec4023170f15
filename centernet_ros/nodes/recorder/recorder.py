#!/usr/bin/env python3
"""The recorder: results and ground truth into a rosbag2, annotated images into a video."""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from pathlib import Path

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.logging import get_logger
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from rosbags.rosbag2 import StoragePlugin
from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from vision_msgs.msg import Detection2DArray, LabelInfo
from visualization_msgs.msg import MarkerArray

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.bag_files import BagError
from centernet_ros.conversions.detections import labels_from_message
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.conversions.ground_truth import GROUND_TRUTH_TOPICS, LABELS
from centernet_ros.conversions.image import ImageError, compress_image, image_from_message
from centernet_ros.io.video_writer import VideoError, VideoFile
from centernet_ros.msg import HumanPose3DArray, Skeleton
from centernet_ros.nodes.common.parameters import (
    Parameter,
    check_changes,
    declare_parameters,
    get_float,
    get_string,
)
from centernet_ros.nodes.common.qos import LATCHED, RESULTS
from centernet_ros.nodes.common.result_topics import RESULT_TOPICS
from centernet_ros.nodes.common.runtime import PACKAGE, NodeError, run_node
from centernet_ros.visualization import copy_as_bgr

PARAMETERS = (
    Parameter("bag", "results", "folder of the new rosbag2"),
    Parameter("storage", "mcap", "rosbag2 storage plugin", choices=("mcap", "sqlite3")),
    Parameter(
        "images",
        "none",
        "record 'image', 'image_annotated' and 'markers', too: images as they are (raw), or as "
        "JPEG, which 'image/compressed' is taken for as well (compressed)",
        choices=("none", "raw", "compressed"),
    ),
    Parameter("video", "", "file for 'image_annotated' as a video (.mp4), none if empty"),
    Parameter("video_rate", 10.0, "frames per second of the video", (0.1, 1000.0)),
)
# A file may be slower than the network for a moment; nothing that was published is to be lost.
DEEP = QoSProfile(depth=100, reliability=RESULTS.reliability)
# Drivers offer calibrations as best effort at times.
SENSOR = QoSProfile(depth=100, reliability=ReliabilityPolicy.BEST_EFFORT)
# The detector's own topics.
DETECTOR_TOPICS: dict[str, tuple[type, QoSProfile]] = {
    **{topic: (message_type, DEEP) for topic, message_type in RESULT_TOPICS.items()},
    "keypoints_3d": (HumanPose3DArray, DEEP),
    "label_info": (LabelInfo, LATCHED),
    "label_info_3d": (LabelInfo, LATCHED),
    "skeleton": (Skeleton, LATCHED),
}
TOPICS: dict[str, tuple[type, QoSProfile]] = {
    **DETECTOR_TOPICS,
    **{topic: (message_type, DEEP) for topic, message_type in GROUND_TRUTH_TOPICS.items()},
    LABELS: (LabelInfo, LATCHED),
    "camera_info": (CameraInfo, SENSOR),
    "/diagnostics": (DiagnosticArray, DEEP),
}
ANNOTATED, MARKERS = "image_annotated", "markers"
# What image_transport adds to the topic of an image.
COMPRESSED = "/compressed"
# For people to look at.
IMAGES = {"image": SENSOR, ANNOTATED: DEEP}


class Recorder(Node):
    """Records the detector's results, what they are compared with, and images if asked to.

    Attributes:
        counts: number of messages recorded by topic.
        objects: detections by class name.
        components: latest diagnostics values, component -> key -> value.
    """

    def __init__(self, cli_args: list[str] | None = None) -> None:
        # rclpy destroys a node also when its constructor fails.
        self._bag: BagWriter | None = None
        self._video: VideoFile | None = None
        super().__init__("recorder", cli_args=cli_args)
        self.add_on_set_parameters_callback(
            lambda changes: check_changes(PARAMETERS, changes, configured=hasattr(self, "counts"))
        )
        declare_parameters(self, PARAMETERS)
        storage = StoragePlugin[get_string(self, "storage").upper()]
        try:
            self._bag = BagWriter(Path(get_string(self, "bag")), storage)
        except BagError as error:
            raise NodeError(str(error)) from error
        self.counts: Counter[str] = Counter()
        self.objects: Counter[str] = Counter()
        self.components: dict[str, dict[str, str]] = {}
        self._names: dict[int, str] = {}
        for topic, (message_type, qos) in TOPICS.items():
            self.create_subscription(
                message_type,
                topic,
                partial(self._record, topic),
                qos,
                qos_overriding_options=QoSOverridingOptions.with_default_policies(),
            )
        images = get_string(self, "images")
        if images != "none":
            self._subscribe_to_images(is_compressed=images == "compressed")
        if video := get_string(self, "video"):
            self._video = VideoFile(Path(video), get_float(self, "video_rate"))
            self.create_subscription(ImageMessage, ANNOTATED, self._record_video, DEEP)

    def _subscribe_to_images(self, is_compressed: bool) -> None:
        subscribe = partial(
            self.create_subscription,
            qos_overriding_options=QoSOverridingOptions.with_default_policies(),
        )
        subscribe(MarkerArray, MARKERS, partial(self._record, MARKERS), DEEP)
        for topic, qos in IMAGES.items():
            record = self._record_compressed if is_compressed else self._record
            subscribe(ImageMessage, topic, partial(record, topic), qos)
        if is_compressed:
            topic = f"image{COMPRESSED}"
            name = self._recorded_name(topic)
            subscribe(CompressedImage, name, partial(self._record, topic), SENSOR)

    def destroy_node(self) -> None:
        """Finish the files."""
        super().destroy_node()
        for file in (self._bag, self._video):
            try:
                if file:
                    file.close()
            except (BagError, VideoError) as error:
                get_logger(PACKAGE).error(str(error))

    def _record(self, topic: str, message: object) -> None:
        assert self._bag is not None  # it is opened before anything is subscribed to
        now = self.get_clock().now().nanoseconds
        latched = topic in TOPICS and TOPICS[topic][1] is LATCHED
        try:
            self._bag.write(self._recorded_name(topic), message, now, latched)
        except BagError as error:
            raise NodeError(str(error)) from error
        self.counts[topic] += 1
        if topic == "detections":
            self._count(message)
        elif topic == "label_info":
            self._names = labels_from_message(message)
        elif topic == "/diagnostics":
            self.components |= values_from_message(message)

    def _count(self, message: Detection2DArray) -> None:
        for detection in message.detections:
            for result in detection.results[:1]:
                class_id = result.hypothesis.class_id
                label = int(class_id) if class_id.isdecimal() else -1
                self.objects[self._names.get(label, class_id)] += 1

    def _recorded_name(self, topic: str) -> str:
        """A topic's full name; that of compressed images follows a remapping of the raw ones."""
        name = topic.removesuffix(COMPRESSED)
        return f"{self.resolve_topic_name(name)}{topic[len(name) :]}"

    def _record_compressed(self, topic: str, message: ImageMessage) -> None:
        try:
            compressed = compress_image(image_from_message(message), message.header)
        except ImageError as error:
            self.get_logger().warning(
                f"{topic}: {error}; it is not recorded", throttle_duration_sec=5.0
            )
            return
        self._record(f"{topic}{COMPRESSED}", compressed)

    def _record_video(self, message: ImageMessage) -> None:
        assert self._video is not None  # as above
        try:
            self._video.write(copy_as_bgr(image_from_message(message)))
        except ImageError as error:
            self.get_logger().warning(
                f"image_annotated: {error}; it is left out of the video",
                throttle_duration_sec=5.0,
            )
        except VideoError as error:
            raise NodeError(str(error)) from error


def main() -> int:
    """Run the node until it is told to stop."""
    return run_node(Recorder)


if __name__ == "__main__":
    sys.exit(main())
