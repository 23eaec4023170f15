"""From the newest image of each camera to everything published for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rclpy.node import Node
from std_msgs.msg import Header

from centernet_ros.conversions.image import ImageError, image_to_message
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import ModelSpec
from centernet_ros.models.spec import Task
from centernet_ros.nodes.detector.camera import AnyImage, Camera
from centernet_ros.nodes.detector.model_set import ModelSet, names_by_label, select_published
from centernet_ros.structures import Detections, Image
from centernet_ros.visualization.overview import draw_overview


@dataclass
class Frame:
    """One image on its way through the networks.

    Attributes:
        found: what was published for it, each with the names of its labels.
    """

    camera: Camera
    image: Image
    header: Header
    model: CameraModel | None = None
    found: list[tuple[Detections, Mapping[int, str]]] = field(default_factory=list)


class FramePipeline:
    """Runs each network once for all cameras, and publishes its results as soon as they are there.

    It runs in the worker's thread, and reads the node's live parameters for each frame.
    """

    def __init__(self, node: Node, models: ModelSet, cameras: Mapping[str, Camera]) -> None:
        self._node, self._models, self._cameras = node, models, cameras

    def process(self, messages: Mapping[str, AnyImage]) -> None:
        """Answer images, by camera; one that cannot be answered is counted and skipped."""
        frames = []
        for name, message in messages.items():
            camera = self._cameras[name]
            try:
                frames.append(Frame(camera, camera.decode(message), message.header))
            except Exception as error:  # whatever a frame brings, the next one may be good
                self._skip([camera], error)
        try:
            for predictor in self._models.predictors:
                self._run(predictor, frames)
            for frame in frames:
                self._finish(frame)
        except Exception as error:  # as above; the network may run out of memory, too
            self._skip([frame.camera for frame in frames], error)

    def _run(self, predictor: Predictor, frames: list[Frame]) -> None:
        if "ddd" in predictor.tasks:
            rectified = self._node.get_parameter("rectified").value
            for frame in frames:
                frame.model = frame.camera.find_model(frame.image, frame.header, rectified)
            if len(predictor.tasks) == 1:
                frames = [frame for frame in frames if frame.model]
        results = predictor.predict_tasks(
            [frame.image for frame in frames], [frame.model for frame in frames]
        )
        for task, found in results.items():
            for frame, result in zip(frames, found):
                if result is not None:
                    self._publish(task, predictor.tasks[task], frame, result)

    def _publish(self, task: Task, spec: ModelSpec, frame: Frame, result: Detections) -> None:
        threshold = self._node.get_parameter("score_threshold").value
        classes = self._node.get_parameter("classes").value
        found, without_area = select_published(
            result, frame.image.size, threshold, classes, spec.class_names
        )
        frame.camera.statistics.count("degenerate_boxes", without_area)
        frame.camera.publish(task, found, spec, frame.header)
        frame.found.append((found, names_by_label(spec)))

    def _finish(self, frame: Frame) -> None:
        # rclpy's Time refuses the negative stamps of a broken driver.
        stamp = frame.header.stamp.sec * 10**9 + frame.header.stamp.nanosec
        age = self._node.get_clock().now().nanoseconds - stamp
        frame.camera.statistics.add_processed(age / 1e9)
        if frame.camera.annotated.get_subscription_count():
            projection = frame.model.projection if frame.model else None
            image = draw_overview(frame.image, frame.found, projection)
            frame.camera.annotated.publish(image_to_message(Image(image), frame.header))

    def _skip(self, cameras: Iterable[Camera], error: Exception) -> None:
        if not self._node.context.ok():  # the node is being shut down
            return
        text = str(error) if isinstance(error, ImageError) else repr(error)
        for camera in cameras:
            camera.statistics.add_failure(text)
            where = f"camera {camera.name}: " if camera.name else ""
            message = f"frame skipped: {where}{text}"
            self._node.get_logger().error(message, throttle_duration_sec=1.0)
