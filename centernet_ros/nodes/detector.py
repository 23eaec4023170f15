#!/usr/bin/env python3
"""The detector: camera images in, 2D detections out."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import get_args

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rcl_interfaces.msg import SetParametersResult
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.parameter import Parameter as RosParameter
from rclpy.qos_overriding_options import QoSOverridingOptions
from rclpy.time import Time
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.detections import detections_to_message, labels_to_message
from centernet_ros.conversions.diagnostics import values_to_message
from centernet_ros.conversions.image import (
    ImageError,
    image_from_compressed,
    image_from_message,
    image_to_message,
)
from centernet_ros.drawing import copy_as_bgr, draw_detections
from centernet_ros.models import CheckpointError, InputSpec, load_model
from centernet_ros.models.spec import InputMode
from centernet_ros.nodes.frame_statistics import FrameStatistics
from centernet_ros.nodes.input_monitor import InputMonitor
from centernet_ros.nodes.newest_worker import NewestWorker
from centernet_ros.nodes.parameters import Parameter, check_changes, declare_parameters
from centernet_ros.nodes.qos import IMAGES, LATCHED, RESULTS
from centernet_ros.nodes.runtime import STEADY_CLOCK, NodeError, run_node
from centernet_ros.postprocessing import clip_to_image, filter_detections, find_labels
from centernet_ros.predictor import Predictor, select_device
from centernet_ros.structures import Detections, Image
from centernet_ros.weights.store import DEFAULT_MODEL, find_weights
from vision_msgs.msg import Detection2DArray, LabelInfo

PARAMETERS = (
    Parameter("model", DEFAULT_MODEL, "checkpoint file, or name of a fetched published model"),
    Parameter("device", "auto", "auto, cpu, cuda or cuda:N"),
    Parameter(
        "image_transport",
        "raw",
        "raw: Image on 'image'; compressed: CompressedImage on 'image/compressed'",
        choices=("raw", "compressed"),
    ),
    Parameter(
        "input_mode",
        "model",
        "how images fit the network's input: as the model says, or a mode of InputSpec",
        choices=("model", *get_args(InputMode)),
    ),
    Parameter("input_height", 0, "rows of the network's input, 0 for the model's", (0, 4096)),
    Parameter("input_width", 0, "columns of the network's input, 0 for the model's", (0, 4096)),
    Parameter("max_detections", 100, "most detections per image", (1, 1000)),
    Parameter("autostart", True, "configure and activate at start"),
    Parameter("score_threshold", 0.3, "least score that is published", (0.0, 1.0), live=True),
    Parameter("classes", [""], "names of the classes to publish, [''] for all", live=True),
)


class Detector(LifecycleNode):
    """Lifecycle node around a Predictor.

    Subscribes: image (sensor_msgs/Image), or image/compressed (sensor_msgs/CompressedImage).
    Publishes: ~/detections (vision_msgs/Detection2DArray), ~/label_info (vision_msgs/LabelInfo,
    latched), ~/image_annotated (sensor_msgs/Image, only while someone subscribes), /diagnostics.
    """

    def __init__(self) -> None:
        # rclpy destroys a node also when its constructor fails.
        self._worker: NewestWorker | None = None
        self._predictor: Predictor | None = None
        super().__init__("detector")
        self.add_on_set_parameters_callback(self._check_parameters)
        declare_parameters(self, PARAMETERS)
        if self._value("autostart"):
            for transition in (self.trigger_configure, self.trigger_activate):
                if transition() != TransitionCallbackReturn.SUCCESS:
                    raise NodeError("could not start, see the error above")

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load the model and create the publishers."""
        try:
            self._predictor = self._create_predictor()
        except (CheckpointError, ValueError) as error:
            self.get_logger().error(str(error))
            return TransitionCallbackReturn.FAILURE
        self._statistics = FrameStatistics()
        self._detections = self.create_lifecycle_publisher(
            Detection2DArray, "~/detections", RESULTS
        )
        self._label_info = self.create_lifecycle_publisher(LabelInfo, "~/label_info", LATCHED)
        self._annotated = self.create_lifecycle_publisher(
            ImageMessage, "~/image_annotated", RESULTS
        )
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", RESULTS)
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe and start the worker."""
        super().on_activate(state)
        self._worker = NewestWorker(self._process, "network")
        compressed = self._value("image_transport") == "compressed"
        topic = self.resolve_topic_name("image") + ("/compressed" if compressed else "")
        self._images = self.create_subscription(
            CompressedImage if compressed else ImageMessage,
            topic,
            self._receive,
            IMAGES,
            qos_overriding_options=QoSOverridingOptions.with_default_policies(),
        )
        self._monitor = InputMonitor(self, topic, self._images.qos_profile)
        self._timer = self.create_timer(1.0, self._report, clock=STEADY_CLOCK)
        self._publish_labels()
        self.get_logger().info(f"waiting for images on {topic!r}")
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Unsubscribe and stop the worker."""
        self._monitor.stop()
        self.destroy_subscription(self._images)
        self._stop_worker()
        self.destroy_timer(self._timer)
        self._publish_diagnostics()
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Forget the model and destroy the publishers."""
        for publisher in (self._detections, self._label_info, self._annotated):
            self.destroy_lifecycle_publisher(publisher)
        self.destroy_publisher(self._diagnostics)
        self._predictor = None
        return TransitionCallbackReturn.SUCCESS

    def destroy_node(self) -> None:
        """Stop the worker first, so that it publishes nothing on what is gone."""
        self._stop_worker()
        super().destroy_node()

    def _stop_worker(self) -> None:
        if self._worker:
            self._statistics.count("dropped", self._worker.stop())
            self._worker = None

    def _value(self, name: str) -> bool | int | float | str | list[str]:
        return self.get_parameter(name).value

    def _create_predictor(self) -> Predictor:
        path = find_weights(self._value("model"))
        model = load_model(path)
        if model.task != "ctdet":
            raise ValueError(f"{path}: a model for {model.task}, expected one for ctdet")
        device = select_device(self._value("device"))
        predictor = Predictor(model, device, self._value("max_detections"))
        predictor.input = self._adapt_input(model.spec.input)
        find_labels(self._value("classes"), model.spec.class_names)
        self.get_logger().info(
            f"{path}: {model.arch} with {model.num_classes} classes on {device}"
        )
        return predictor

    def _adapt_input(self, spec: InputSpec) -> InputSpec:
        mode, (height, width) = self._value("input_mode"), spec.size
        size = (self._value("input_height") or height, self._value("input_width") or width)
        return replace(spec, size=size, mode=spec.mode if mode == "model" else mode)

    def _check_parameters(self, changes: list[RosParameter]) -> SetParametersResult:
        result = check_changes(PARAMETERS, changes, configured=self._predictor is not None)
        if result.successful and self._predictor:
            names = [
                name for change in changes if change.name == "classes" for name in change.value
            ]
            try:
                find_labels(names, self._predictor.model.spec.class_names)
            except ValueError as error:
                return SetParametersResult(successful=False, reason=str(error))
        return result

    def _receive(self, message: ImageMessage | CompressedImage) -> None:
        self._monitor.hear()
        self._statistics.count("received")
        if self._worker.submit(message):
            self._statistics.count("dropped")

    def _process(self, message: ImageMessage | CompressedImage) -> None:
        """In the worker's thread: one image to everything published for it."""
        try:
            self._answer(message)
        except Exception as error:  # whatever a frame brings, the next one may be good
            if not self.context.ok():
                return
            text = str(error) if isinstance(error, ImageError) else repr(error)
            self._statistics.add_failure(text)
            self.get_logger().error(f"frame skipped: {text}", throttle_duration_sec=1.0)

    def _answer(self, message: ImageMessage | CompressedImage) -> None:
        compressed = isinstance(message, CompressedImage)
        image = image_from_compressed(message) if compressed else image_from_message(message)
        detections = self._detect(image)
        self._detections.publish(detections_to_message(detections, message.header))
        age = self.get_clock().now() - Time.from_msg(message.header.stamp)
        self._statistics.add_processed(age.nanoseconds / 1e9)
        if self._annotated.get_subscription_count():
            self._annotated.publish(self._annotate(image, detections, message.header))

    def _detect(self, image: Image) -> Detections:
        [found] = self._predictor([image])
        names = self._predictor.model.spec.class_names
        labels = find_labels(self._value("classes"), names)
        kept = filter_detections(found, self._value("score_threshold"), labels)
        clipped = clip_to_image(kept, image.size)
        self._statistics.count("degenerate_boxes", len(kept) - len(clipped))
        return clipped

    def _annotate(self, image: Image, detections: Detections, header: Header) -> ImageMessage:
        names = dict(enumerate(self._predictor.model.spec.class_names))
        picture = draw_detections(copy_as_bgr(image), detections, names)
        return image_to_message(Image(picture), header)

    def _report(self) -> None:
        self._publish_diagnostics()
        if self._value("score_threshold") != self._announced:
            self._publish_labels()

    def _publish_labels(self) -> None:
        header = Header(stamp=self.get_clock().now().to_msg())
        names = self._predictor.model.spec.class_names
        self._announced = self._value("score_threshold")
        self._label_info.publish(labels_to_message(names, self._announced, header))

    def _publish_diagnostics(self) -> None:
        values = self._statistics.summarise()
        failed = int(values["failed"])
        values["model"] = str(self._value("model"))
        self._diagnostics.publish(
            values_to_message(
                name=self.get_name(),
                hardware=str(self._predictor.device),
                message=f"{failed} frames failed" if failed else "running",
                level=DiagnosticStatus.WARN if failed else DiagnosticStatus.OK,
                values=values,
                stamp=self.get_clock().now().to_msg(),
            )
        )


def main() -> int:
    """Run the node until it is told to stop."""
    return run_node(Detector)


if __name__ == "__main__":
    sys.exit(main())
