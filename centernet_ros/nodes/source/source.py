#!/usr/bin/env python3
"""The source: plays a video, a folder of images, a camera or a bag as a camera would."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.duration import Duration
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.task import Future
from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.bag_files import BagError
from centernet_ros.conversions.camera_info import (
    CalibrationError,
    read_camera_info,
    uncalibrated_camera_info,
)
from centernet_ros.conversions.diagnostics import statuses_to_message, values_to_status
from centernet_ros.conversions.ground_truth import LABELS, set_header
from centernet_ros.conversions.image import AnyImageMessage
from centernet_ros.conversions.stamp import from_nanoseconds, to_nanoseconds
from centernet_ros.io.errors import DataError
from centernet_ros.nodes.common.parameters import (
    Parameter,
    check_changes,
    declare_parameters,
    get_bool,
    get_float,
    get_int,
    get_string,
    get_strings,
)
from centernet_ros.nodes.common.qos import LATCHED, RESULTS
from centernet_ros.nodes.common.result_topics import RESULT_TOPICS, Stamped
from centernet_ros.nodes.common.runtime import NodeError, run_node
from centernet_ros.nodes.source.playback import open_playback
from centernet_ros.nodes.source.playback_frame import PlaybackFrame
from centernet_ros.nodes.source.result_waiter import ResultWaiter

ACKNOWLEDGEMENT = Duration(seconds=5)
PARAMETERS = (
    Parameter("source", "", "video file, folder of images, rosbag2, or camera number"),
    Parameter("rate", 0.0, "frames per second, 0 for the source's own", (0.0, 1000.0)),
    Parameter(
        "wait_for",
        [""],
        "result topics that the next frame waits for, as fast as it goes, with depth images not "
        "faster than recorded; [''] for real time",
        choices=("", *RESULT_TOPICS),
    ),
    Parameter("loop", False, "start again at the end"),
    Parameter("frame_id", "camera_optical_frame", "frame of images that have none recorded"),
    Parameter("restamp", True, "stamp images of a bag with the time they are played at"),
    Parameter("camera_info", "", "calibration YAML file of the camera"),
    Parameter(
        "image_topic", "", "image topic of a bag to play; '' for the only one of colour images"
    ),
    Parameter("depth_topic", "", "depth image topic of a bag to play as 'depth'; '' for none"),
    Parameter(
        "reliability",
        "best_effort",
        "of the image, camera_info and depth publishers",
        choices=("best_effort", "reliable"),
    ),
    Parameter("subscribers", 1, "subscribers to wait for before the first frame", (0, 100)),
    Parameter("recorded", False, "wait for a subscriber of everything else as well"),
    Parameter("settle_time", 1.0, "seconds from the last of them to the first frame", (0.0, 60.0)),
    # The detector may export a network when the first image of a shape comes.
    Parameter("answer_timeout", 120.0, "seconds to wait for a frame's results", (0.1, 3600.0)),
)


class Source(Node):
    """Publishes image (or image/compressed), camera_info, depth, and its progress on /diagnostics.

    A bag's ground truth goes out before its image, with the same header.

    Attributes:
        finished: done when the last frame is out, or failed with a NodeError.
    """

    def __init__(self) -> None:
        # rclpy destroys a node also when its constructor fails.
        self._stopped = threading.Event()
        self._waiter: ResultWaiter | None = None
        self._thread = threading.Thread(target=self._play, name="playback", daemon=True)
        super().__init__("source")
        self.add_on_set_parameters_callback(
            lambda changes: check_changes(
                PARAMETERS, changes, configured=hasattr(self, "finished")
            )
        )
        declare_parameters(self, PARAMETERS)
        try:
            self._playback = open_playback(
                get_string(self, "source"),
                get_float(self, "rate"),
                get_string(self, "frame_id"),
                get_string(self, "image_topic"),
                get_string(self, "depth_topic"),
            )
            path = get_string(self, "camera_info")
            self._calibration = read_camera_info(Path(path)) if path else None
        except (BagError, CalibrationError, DataError) as error:
            raise NodeError(str(error)) from error
        self._loop, self._restamp = get_bool(self, "loop"), get_bool(self, "restamp")
        self._answer_timeout = get_float(self, "answer_timeout")
        self._wanted = get_int(self, "subscribers")
        self._settle_time = get_float(self, "settle_time")
        self._recorded = get_bool(self, "recorded")
        reliability = get_string(self, "reliability").upper()
        self._qos = QoSProfile(depth=10, reliability=ReliabilityPolicy[reliability])
        self._images: Publisher[Any] | None = None
        self._infos = self.create_publisher(CameraInfo, "camera_info", self._qos)
        self._depths: Publisher[Any] | None = None
        if get_string(self, "depth_topic"):
            self._depths = self.create_publisher(ImageMessage, "depth", self._qos)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self._truth: dict[str, Publisher[Any]] = {
            topic: self.create_publisher(kind, topic, LATCHED if topic == LABELS else RESULTS)
            for topic, kind in self._playback.ground_truth.items()
        }
        self._published, self._through = 0, False
        awaited = list(filter(None, get_strings(self, "wait_for")))
        self._lockstep, self._waiter = bool(awaited), ResultWaiter(self, awaited)
        self.create_timer(1.0, self._report)
        self.finished: Future[None] = Future()
        self._thread.start()

    def destroy_node(self) -> None:
        """Stop playing, and say how far it came."""
        self._stopped.set()
        if self._waiter:
            self._waiter.cancel()
        if self._thread.is_alive():
            self._thread.join()
            self._report()
            self._diagnostics.wait_for_all_acked(Duration(seconds=1))
        super().destroy_node()

    def _play(self) -> None:
        try:
            while self._play_once() and self._loop:
                pass
            self._through = True
            self._report()
            for publisher in filter(None, (self._images, *self._find_others())):
                publisher.wait_for_all_acked(ACKNOWLEDGEMENT)
            self.finished.set_result(None)
        except (BagError, DataError, NodeError) as error:
            self.finished.set_exception(NodeError(str(error)))
        except Exception as error:  # a thread that dies silently would leave the node hanging
            self.finished.set_exception(NodeError(f"{type(error).__name__}: {error}"))

    def _find_others(self) -> list[Publisher[Any]]:
        """What is published beside the images."""
        others = (self._infos, self._depths, self._diagnostics, *self._truth.values())
        return list(filter(None, others))

    def _play_once(self) -> bool:
        """Play from start to end; False when told to stop before the end."""
        before, due = 0.0, None
        for frame in self._playback:
            if self._images is None:
                self._images = self._open_publisher(type(frame.image))
            due = time.monotonic() if due is None else due + frame.time - before
            # Faster than recorded, an image might take another's depth image for its own.
            wait = 0.0 if self._lockstep and not self._depths else due - time.monotonic()
            if self._stopped.wait(max(wait, 0.0)):
                return False
            before, due = frame.time, time.monotonic() if self._lockstep else due
            self._publish(frame, self._images)
        return not self._stopped.is_set()

    def _open_publisher(self, message_type: type[AnyImageMessage]) -> Publisher[Any]:
        """Publish images of a type, once the wanted subscribers are there."""
        topic = self.resolve_topic_name("image")
        if message_type is CompressedImage:
            topic += "/compressed"
        publisher = self.create_publisher(message_type, topic, self._qos)
        self.get_logger().info(f"waiting for {self._wanted} subscribers of {topic!r}")
        others = self._find_others() if self._recorded else ()
        while publisher.get_subscription_count() < self._wanted or not all(
            other.get_subscription_count() for other in others
        ):
            if self._stopped.wait(0.02):
                return publisher
        # This side's discovery says nothing of the other's, and best effort does not repeat.
        self._stopped.wait(self._settle_time)
        return publisher

    def _publish(self, frame: PlaybackFrame, images: Publisher[Any]) -> None:
        assert self._waiter is not None  # it is made before playback starts
        image = frame.image
        info = self._calibration or frame.camera_info
        if info is None and isinstance(image, ImageMessage):
            info = uncalibrated_camera_info(image.height, image.width)
        stamp = image.header.stamp
        if self._restamp or not (stamp.sec or stamp.nanosec):
            image.header.stamp = self.get_clock().now().to_msg()
        for topic, message in frame.ground_truth.items():
            self._publish_truth(topic, message, image.header)
        if info is not None:
            info.header = image.header
            self._infos.publish(info)
        if self._depths and frame.depth:
            time = to_nanoseconds(image.header.stamp) + frame.depth.delay
            frame.depth.image.header.stamp = from_nanoseconds(time)
            self._depths.publish(frame.depth.image)
        images.publish(image)
        self._published += 1
        missing = self._waiter.wait(stamp := image.header.stamp, self._answer_timeout)
        if missing:
            names = ", ".join(map(self.resolve_topic_name, missing))
            raise NodeError(
                f"frame {self._published} (stamp {stamp.sec}.{stamp.nanosec:09d}): no answer "
                f"within {self._answer_timeout} s on {names}"
            )

    def _publish_truth(self, topic: str, message: Stamped, header: Header) -> None:
        set_header(message, header)
        self._truth[topic].publish(message)

    def _report(self) -> None:
        count = self._playback.count
        values = {
            "published": str(self._published),
            "total": "" if count is None or self._loop else str(count),
            "finished": str(self._through).lower(),
        }
        status = values_to_status(
            name=self.get_name(),
            hardware="",
            message="finished" if self._through else "playing",
            level=DiagnosticStatus.OK,
            values=values,
        )
        stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(statuses_to_message([status], stamp))


def main() -> int:
    """Run the node until the source ends or it is told to stop."""
    return run_node(Source)


if __name__ == "__main__":
    sys.exit(main())
