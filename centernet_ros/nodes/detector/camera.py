"""One camera of the detector: its topics, its counters, and its calibration."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.lifecycle import LifecycleNode
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, Detection3DArray
from visualization_msgs.msg import MarkerArray

from centernet_ros.conversions.camera_model import CameraInfoError, camera_from_info
from centernet_ros.conversions.detections import detections_to_message
from centernet_ros.conversions.detections3d import boxes3d_to_message
from centernet_ros.conversions.diagnostics import values_to_status
from centernet_ros.conversions.image import image_from_compressed, image_from_message
from centernet_ros.conversions.markers import boxes3d_to_markers
from centernet_ros.conversions.poses import poses_to_message
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.models import ModelSpec
from centernet_ros.models.spec import Task
from centernet_ros.msg import HumanPoseArray
from centernet_ros.nodes.common.qos import CALIBRATIONS, IMAGES, RESULTS
from centernet_ros.nodes.detector.frame_statistics import FrameStatistics
from centernet_ros.nodes.detector.input_monitor import SILENCE, InputMonitor
from centernet_ros.nodes.detector.model_set import names_by_label
from centernet_ros.structures import Detections, Image

AnyImage = ImageMessage | CompressedImage
# Message type, topic and conversion of each task's results.
OUTPUTS: dict[Task, tuple[type, str, Callable[..., object]]] = {
    "ctdet": (Detection2DArray, "detections", detections_to_message),
    "ddd": (Detection3DArray, "detections_3d", boxes3d_to_message),
    "multi_pose": (HumanPoseArray, "keypoints", poses_to_message),
}


class Camera:
    """Topics in and out for one camera.

    Attributes:
        name: prefix of its topics, none for a single camera.
        statistics: of its frames.
        annotated: publisher of the annotated image.
    """

    def __init__(self, node: LifecycleNode, name: str, tasks: Iterable[Task]) -> None:
        """Create the publishers for the outputs of some tasks."""
        self.name, self._node = name, node
        self.statistics = FrameStatistics()
        self._outputs = {
            task: node.create_lifecycle_publisher(
                OUTPUTS[task][0], self._private(OUTPUTS[task][1]), RESULTS
            )
            for task in tasks
        }
        self._markers = node.create_lifecycle_publisher(
            MarkerArray, self._private("markers"), RESULTS
        )
        self.annotated = node.create_lifecycle_publisher(
            ImageMessage, self._private("image_annotated"), RESULTS
        )
        self._infos: deque[CameraInfo] = deque(maxlen=CALIBRATIONS.depth)
        self._described_failures = 0

    def subscribe(self, is_compressed: bool, receive: Callable[[AnyImage], None]) -> None:
        """Take images and calibrations from now on."""
        prefix = f"{self.name}/" if self.name else ""
        topic = self._node.resolve_topic_name(f"{prefix}image")
        if is_compressed:
            topic += "/compressed"

        def count(message: AnyImage) -> None:
            self._monitor.hear()
            self.statistics.count("received")
            receive(message)

        options = {"qos_overriding_options": QoSOverridingOptions.with_default_policies()}
        # First, so that of an image and its calibration that wait together this is taken first.
        self._calibrations = self._node.create_subscription(
            CameraInfo, f"{prefix}camera_info", self.receive_info, CALIBRATIONS, **options
        )
        message_type = CompressedImage if is_compressed else ImageMessage
        self._images = self._node.create_subscription(
            message_type, topic, count, IMAGES, **options
        )
        self._monitor = InputMonitor(self._node, topic, self._images.qos_profile)
        self._node.get_logger().info(f"waiting for images on {topic!r}")

    def unsubscribe(self) -> None:
        """Take no more."""
        self._monitor.stop()
        self._node.destroy_subscription(self._images)
        self._node.destroy_subscription(self._calibrations)
        self._infos.clear()

    def destroy(self) -> None:
        """Remove the publishers."""
        for publisher in (*self._outputs.values(), self._markers, self.annotated):
            self._node.destroy_lifecycle_publisher(publisher)

    def receive_info(self, info: CameraInfo) -> None:
        """Take a calibration for the images of its stamp, and for later ones."""
        self._infos.append(info)

    def decode(self, message: AnyImage) -> Image:
        """The image in a message.

        Raises:
            ImageError: there is none.
        """
        if isinstance(message, CompressedImage):
            return image_from_compressed(message)
        return image_from_message(message)

    def find_model(self, image: Image, header: Header, is_rectified: bool) -> CameraModel | None:
        """The calibration of an image, of its own stamp if it has arrived, else the newest.

        None, said and counted, where there is none to use.
        """
        infos = list(self._infos)
        try:
            if not infos:
                raise CameraInfoError("no camera_info has arrived, 3D boxes wait for it")
            own = [info for info in infos if info.header.stamp == header.stamp]
            return camera_from_info((own or infos)[-1], image.size, is_rectified)
        except CameraInfoError as error:
            self.statistics.count("without_calibration")
            where = f"camera {self.name!r}: " if self.name else ""
            self._node.get_logger().warning(f"{where}{error}", throttle_duration_sec=5.0)
            return None

    def publish(self, task: Task, found: Detections, spec: ModelSpec, header: Header) -> None:
        """Publish the results of one task for one image."""
        _, _, convert = OUTPUTS[task]
        self._outputs[task].publish(convert(found, header))
        if task == "ddd" and self._markers.get_subscription_count():
            self._markers.publish(boxes3d_to_markers(found, names_by_label(spec), header))

    def describe(self, hardware: str, models: str) -> DiagnosticStatus:
        """The camera's part of the diagnostics, a warning if images stay away or failed lately."""
        values = self.statistics.summarize() | {"models": models}
        failed = int(values["failed"]) - self._described_failures
        self._described_failures += failed
        warning = ""
        if failed:
            warning = f"{failed} frames failed: {values['last_error']}"
        elif self._monitor.silence >= SILENCE:
            warning = f"no images for {self._monitor.silence:.0f} s"
        node = self._node.get_name()
        return values_to_status(
            name=f"{node}/{self.name}" if self.name else node,
            hardware=hardware,
            message=warning or "running",
            level=DiagnosticStatus.WARN if warning else DiagnosticStatus.OK,
            values=values,
        )

    def _private(self, topic: str) -> str:
        return f"~/{self.name}/{topic}" if self.name else f"~/{topic}"
