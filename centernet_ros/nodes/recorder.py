#!/usr/bin/env python3
"""The recorder: results into a rosbag2, annotated images into a video."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rosbags.rosbag2 import StoragePlugin
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.bag import BagError, BagWriter
from centernet_ros.conversions.detections import labels_from_message
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.conversions.image import image_from_message
from centernet_ros.drawing import copy_as_bgr
from centernet_ros.nodes.parameters import Parameter, check_changes, declare_parameters
from centernet_ros.nodes.qos import LATCHED, RESULTS
from centernet_ros.nodes.runtime import NodeError, run_node
from centernet_ros.nodes.video_file import VideoError, VideoFile
from vision_msgs.msg import Detection2DArray, LabelInfo

PARAMETERS = (
    Parameter("bag", "results", "folder of the new rosbag2"),
    Parameter("storage", "mcap", "rosbag2 storage plugin", choices=("mcap", "sqlite3")),
    Parameter("video", "", "file for 'image_annotated' as a video (.mp4), none if empty"),
    Parameter("video_rate", 10.0, "frames per second of the video", (0.1, 1000.0)),
)
# A file may be slower than the network for a moment; nothing that was published is to be lost.
DEEP = QoSProfile(depth=100, reliability=RESULTS.reliability)


class Recorder(Node):
    """Records detections, label_info and /diagnostics, and image_annotated as a video.

    Attributes:
        frames: number of Detection2DArrays recorded.
        objects: detections by class name.
        components: latest diagnostics values, component -> key -> value.
    """

    def __init__(self, cli_args: list[str] | None = None) -> None:
        # rclpy destroys a node also when its constructor fails.
        self._bag: BagWriter | None = None
        self._video: VideoFile | None = None
        super().__init__("recorder", cli_args=cli_args)
        self.add_on_set_parameters_callback(
            lambda changes: check_changes(PARAMETERS, changes, configured=hasattr(self, "frames"))
        )
        declare_parameters(self, PARAMETERS)
        value = {p.name: self.get_parameter(p.name).value for p in PARAMETERS}
        try:
            self._bag = BagWriter(Path(value["bag"]), StoragePlugin[value["storage"].upper()])
        except BagError as error:
            raise NodeError(str(error)) from error
        self.frames = 0
        self.objects: Counter[str] = Counter()
        self.components: dict[str, dict[str, str]] = {}
        self._names: dict[int, str] = {}
        self.create_subscription(Detection2DArray, "detections", self._record_detections, DEEP)
        self.create_subscription(LabelInfo, "label_info", self._record_labels, LATCHED)
        self.create_subscription(DiagnosticArray, "/diagnostics", self._record_diagnostics, DEEP)
        if value["video"]:
            self._video = VideoFile(Path(value["video"]), value["video_rate"])
            self.create_subscription(ImageMessage, "image_annotated", self._record_image, DEEP)

    def destroy_node(self) -> None:
        """Finish the files."""
        super().destroy_node()
        for file in filter(None, (self._bag, self._video)):
            file.close()

    def _write(
        self,
        topic: str,
        message: Detection2DArray | LabelInfo | DiagnosticArray,
        latched: bool = False,
    ) -> None:
        now = self.get_clock().now().nanoseconds
        self._bag.write(self.resolve_topic_name(topic), message, now, latched)

    def _record_detections(self, message: Detection2DArray) -> None:
        self._write("detections", message)
        self.frames += 1
        for detection in message.detections:
            label = detection.results[0].hypothesis.class_id
            self.objects[self._names.get(int(label), label)] += 1

    def _record_labels(self, message: LabelInfo) -> None:
        self._write("label_info", message, latched=True)
        self._names = labels_from_message(message)

    def _record_diagnostics(self, message: DiagnosticArray) -> None:
        self._write("/diagnostics", message)
        self.components |= values_from_message(message)

    def _record_image(self, message: ImageMessage) -> None:
        try:
            self._video.write(copy_as_bgr(image_from_message(message)))
        except VideoError as error:
            raise NodeError(str(error)) from error


def main() -> int:
    """Run the node until it is told to stop."""
    return run_node(Recorder)


if __name__ == "__main__":
    sys.exit(main())
