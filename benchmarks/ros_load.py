"""Publishes images as cameras do and measures how long each waits for its answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.image import image_to_message
from centernet_ros.nodes.common.qos import IMAGES, RESULTS
from centernet_ros.nodes.common.runtime import NodeError
from centernet_ros.structures import Image

# All are seconds.
START_TIMEOUT, SETTLE_TIME, STEP = 120.0, 1.0, 0.02
# The name of a camera, and the seconds and nanoseconds of the image's stamp.
Stamp = tuple[str, int, int]


@dataclass(frozen=True)
class LoadResult:
    """What happened to the published frames.

    Attributes:
        sent: number of published frames.
        seconds: seconds from the first publication to the last answer.
        latencies: (N,) seconds from publication to answer, in the order of the answers.
    """

    sent: int
    seconds: float
    latencies: np.ndarray


class LoadNode(Node):
    """Publishes the images of cameras and subscribes to the detections in them.

    Args:
        topics: the topic of the detections for the topic of each camera's images.
    """

    def __init__(self, topics: Mapping[str, str]) -> None:
        super().__init__("load")
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self)
        self._images = {name: self.create_publisher(ImageMessage, name, IMAGES) for name in topics}
        for name, topic in topics.items():
            receive = partial(self._receive, name)
            self.create_subscription(Detection2DArray, topic, receive, RESULTS)
        self._lock = threading.Lock()
        self._sent: dict[Stamp, float] = {}
        self._answers: dict[Stamp, float] = {}

    def run(self, size: tuple[int, int], rate: float, seconds: float) -> LoadResult:
        """Publish images of all cameras.

        Args:
            size: height and width of the images.
            rate: frames per second and camera; 0 publishes each frame when the one before it is
                answered.
            seconds: duration of the load.

        Raises:
            NodeError: a camera is not answered.
        """
        message = self._make_message(size)
        self._wait_for_answers(message)
        with self._lock:
            self._sent, self._answers = {}, {}
        play = self._play_at_rate if rate else self._play_on_answers
        player = threading.Thread(target=play, args=(message, rate, seconds), daemon=True)
        player.start()
        while player.is_alive():
            self._executor.spin_once(timeout_sec=STEP)
        end = time.monotonic() + SETTLE_TIME
        while time.monotonic() < end and len(self._answers) < len(self._sent):
            self._executor.spin_once(timeout_sec=STEP)
        with self._lock:
            answered = {stamp: at for stamp, at in self._answers.items() if stamp in self._sent}
            latencies = [at - self._sent[stamp] for stamp, at in answered.items()]
            span = max(answered.values()) - min(self._sent.values()) if answered else 0.0
            return LoadResult(len(self._sent), span, np.array(latencies))

    def _make_message(self, size: tuple[int, int]) -> ImageMessage:
        pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
        return image_to_message(Image(pixels), Header(frame_id="camera"))

    def _wait_for_answers(self, message: ImageMessage) -> None:
        """Wait until every camera was answered once, when topics are matched and engines ready."""
        deadline = time.monotonic() + START_TIMEOUT
        with self._lock:
            self._sent, self._answers = {}, {}
        while {name for name, *_ in self._answers} != self._images.keys():
            if time.monotonic() > deadline:
                raise NodeError(f"no detections of every camera within {START_TIMEOUT:.0f} s")
            for name in self._images:
                self._publish(name, message)
            for _ in range(10):
                self._executor.spin_once(timeout_sec=STEP)
        settled = time.monotonic() + SETTLE_TIME
        # Late answers to these images must not fall into the measurement.
        while time.monotonic() < settled:
            self._executor.spin_once(timeout_sec=STEP)

    def _play_at_rate(self, message: ImageMessage, rate: float, seconds: float) -> None:
        start = time.monotonic()
        for i in range(round(rate * seconds)):
            time.sleep(max(0.0, start + i / rate - time.monotonic()))
            for name in self._images:
                self._publish(name, message)

    def _play_on_answers(self, message: ImageMessage, _: float, seconds: float) -> None:
        end = time.monotonic() + seconds
        last = {name: self._publish(name, message) for name in self._images}
        while time.monotonic() < end:
            time.sleep(0.001)
            for name, stamp in last.items():
                lost = time.monotonic() - self._sent[stamp] > SETTLE_TIME
                if stamp in self._answers or lost:
                    last[name] = self._publish(name, message)

    def _publish(self, name: str, message: ImageMessage) -> Stamp:
        message.header.stamp = self.get_clock().now().to_msg()
        stamp = (name, message.header.stamp.sec, message.header.stamp.nanosec)
        with self._lock:
            self._sent[stamp] = time.monotonic()
        self._images[name].publish(message)
        return stamp

    def _receive(self, name: str, message: Detection2DArray) -> None:
        stamp = message.header.stamp
        with self._lock:
            self._answers[name, stamp.sec, stamp.nanosec] = time.monotonic()
