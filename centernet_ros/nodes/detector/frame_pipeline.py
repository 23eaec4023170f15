"""From the newest image of each camera to everything published for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rclpy.node import Node

from centernet_ros.conversions.image import (
    AnyImageMessage,
    ImageError,
    image_from_any,
    image_to_message,
)
from centernet_ros.conversions.stamp import to_nanoseconds
from centernet_ros.geometry.input_geometry import LEAST_SEEN
from centernet_ros.inference.postprocessing import select_published
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import ModelSpec
from centernet_ros.models.spec import Task
from centernet_ros.nodes.common.parameters import get_bool, get_strings
from centernet_ros.nodes.detector.camera import Camera
from centernet_ros.nodes.detector.depth_results import publish_with_depth
from centernet_ros.nodes.detector.frame import Frame
from centernet_ros.nodes.detector.model_set import ModelSet
from centernet_ros.nodes.detector.parameters import find_threshold
from centernet_ros.structures import Detections, Image
from centernet_ros.visualization.overview import draw_overview


class FramePipeline:
    """Runs each network once for all cameras, and publishes its results as soon as they are there.

    It runs in the worker's thread, and reads the node's live parameters for each frame.
    """

    def __init__(self, node: Node, models: ModelSet, cameras: Mapping[str, Camera]) -> None:
        self._node, self._models, self._cameras = node, models, cameras
        self._uses_depth = get_bool(node, "depth")

    def process(self, messages: Mapping[str, AnyImageMessage]) -> None:
        """Answer images, by camera; one that cannot be answered is counted and skipped."""
        frames = []
        for name, message in messages.items():
            camera = self._cameras[name]
            try:
                frames.append(self._open(camera, message))
            except Exception as error:  # whatever a frame brings, the next one may be good
                self._skip([camera], error)
        try:
            for predictor in self._models.predictors:
                self._run(predictor, frames)
            for frame in frames:
                if self._uses_depth:
                    publish_with_depth(frame)
                self._finish(frame)
        except Exception as error:  # as above; the network may run out of memory, too
            self._skip([frame.camera for frame in frames], error)

    def _open(self, camera: Camera, message: AnyImageMessage) -> Frame:
        """The frame of a message, with its calibration where a network needs it."""
        frame = Frame(camera, image_from_any(message), message.header)
        if "ddd" in self._models.specs or self._uses_depth:
            is_rectified = get_bool(self._node, "rectified")
            frame.calibration = camera.input.find_calibration(
                frame.header, frame.image.size, is_rectified
            )
        return frame

    def _run(self, predictor: Predictor, frames: list[Frame]) -> None:
        """Publish what a network finds; one that finds 3D boxes alone needs calibrations."""
        if predictor.tasks.keys() == {"ddd"}:
            frames = [frame for frame in frames if frame.calibration]
        results = predictor.predict_tasks(
            [frame.image for frame in frames], [frame.calibration for frame in frames]
        )
        for task, found in results.items():
            for frame, result in zip(frames, found):
                if result is not None:
                    self._publish(task, predictor.tasks[task], frame, result)
        for frame in frames:
            self._check_seen(predictor, frame)

    def _check_seen(self, predictor: Predictor, frame: Frame) -> None:
        share = predictor.find_seen_share(frame.image, frame.calibration)
        if share < LEAST_SEEN:
            height, width = frame.image.size
            self._node.get_logger().warning(
                f"{', '.join(predictor.tasks)}: the network sees {share:.0%} of the images of "
                f"{width}x{height}, its input cuts the rest off; input_resize 'contain' with "
                "input_size 'dynamic' shows it all",
                once=True,
            )

    def _publish(self, task: Task, spec: ModelSpec, frame: Frame, result: Detections) -> None:
        found, without_area = select_published(
            result,
            frame.image.size,
            find_threshold(self._node, spec),
            get_strings(self._node, "classes"),
            spec.class_names,
        )
        names = dict(enumerate(spec.class_names))
        frame.camera.statistics.count("degenerate_boxes", without_area)
        found = frame.camera.identify(task, found, self._find_time(frame))
        if not (task == "ddd" and self._uses_depth):
            frame.camera.output.publish(task, found, names, frame.header)
        frame.published.append((found, names))

    def _find_time(self, frame: Frame) -> float:
        """When an image was taken, in seconds; now, for drivers that do not say it."""
        stamp = to_nanoseconds(frame.header.stamp)
        return (stamp or self._node.get_clock().now().nanoseconds) / 1e9

    def _finish(self, frame: Frame) -> None:
        # rclpy's Time refuses the negative stamps of a broken driver.
        age = self._node.get_clock().now().nanoseconds - to_nanoseconds(frame.header.stamp)
        frame.camera.statistics.add_processed(age / 1e9)
        annotated = frame.camera.output.annotated
        if annotated.get_subscription_count():
            projection = frame.calibration.projection if frame.calibration else None
            image = draw_overview(frame.image, frame.published, projection)
            annotated.publish(image_to_message(Image(image), frame.header))

    def _skip(self, cameras: Iterable[Camera], error: Exception) -> None:
        if not self._node.context.ok():  # the node is being shut down
            return
        text = str(error) if isinstance(error, ImageError) else repr(error)
        for camera in cameras:
            camera.statistics.add_failure(text)
            where = f"camera {camera.name}: " if camera.name else ""
            message = f"frame skipped: {where}{text}"
            self._node.get_logger().error(message, throttle_duration_sec=1.0)
