"""What is published for the images of one camera."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from geometry_msgs.msg import TransformStamped
from rclpy.lifecycle import LifecycleNode
from rclpy.lifecycle.publisher import LifecyclePublisher
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, Detection3DArray
from visualization_msgs.msg import MarkerArray

from centernet_ros.conversions.class_ids import name_classes
from centernet_ros.conversions.detections import detections_to_message
from centernet_ros.conversions.detections3d import boxes3d_to_message
from centernet_ros.conversions.markers import boxes3d_to_markers
from centernet_ros.conversions.poses import poses3d_to_message, poses_to_message
from centernet_ros.conversions.transform3d import (
    transform_detections3d,
    transform_markers,
    transform_poses3d,
)
from centernet_ros.models.spec import Task
from centernet_ros.msg import HumanPose3DArray, HumanPoseArray
from centernet_ros.nodes.common.parameters import get_bool, get_string
from centernet_ros.nodes.common.qos import RESULTS
from centernet_ros.nodes.detector.frame_statistics import FrameStatistics
from centernet_ros.nodes.detector.target_frame import TargetFrame
from centernet_ros.structures import Boxes3D, Detections, Poses

# Message type, topic and conversion of each task's results.
OUTPUTS: Mapping[Task, tuple[type, str, Callable[..., object]]] = {
    "ctdet": (Detection2DArray, "detections", detections_to_message),
    "ddd": (Detection3DArray, "detections_3d", boxes3d_to_message),
    "multi_pose": (HumanPoseArray, "keypoints", poses_to_message),
}


class CameraOutput:
    """The topics with a camera's results.

    Args:
        node: publishes.
        name: of the camera, the prefix of its topics.
        tasks: whose results there are.
        statistics: of the camera's frames.
        target: the frame of 3D results, the camera's own if None.

    Attributes:
        annotated: publisher of the annotated image.
    """

    def __init__(
        self,
        node: LifecycleNode,
        name: str,
        tasks: Iterable[Task],
        statistics: FrameStatistics,
        target: TargetFrame | None = None,
    ) -> None:
        self._node, self._statistics, self._target = node, statistics, target
        self._names_classes = get_string(node, "class_id") == "name"
        self._header: Header | None = None
        self._transform: TransformStamped | None = None
        prefix = f"~/{name}/" if name else "~/"

        def create(message_type: type, topic: str) -> LifecyclePublisher[Any]:
            return node.create_lifecycle_publisher(message_type, f"{prefix}{topic}", RESULTS)

        topics = set(tasks)
        self._joints: LifecyclePublisher[Any] | None = None
        if get_bool(node, "depth"):
            topics |= {"ddd"} if "ctdet" in topics else set()
            if "multi_pose" in topics:
                self._joints = create(HumanPose3DArray, "keypoints_3d")
        self._results = {task: create(*OUTPUTS[task][:2]) for task in topics}
        self._markers = create(MarkerArray, "markers")
        self.annotated = create(ImageMessage, "image_annotated")

    def publish(
        self, task: Task, found: Detections, names: Mapping[int, str], header: Header
    ) -> None:
        """Publish the results of one task for one image.

        In space they are in the target frame if there is one; without its transform there are
        none, which is counted.

        Args:
            task: the task.
            found: its objects.
            names: of the classes, by label.
            header: of the image.
        """
        _, _, convert = OUTPUTS[task]
        message, markers = convert(found, header), None
        if self._names_classes and isinstance(message, (Detection2DArray, Detection3DArray)):
            name_classes(message, names)
        if isinstance(found, Boxes3D) and self._markers.get_subscription_count():
            markers = boxes3d_to_markers(found, names, header)
        if isinstance(found, Boxes3D) and self._target:
            transform = self._find_transform(header)
            if transform is None:
                return
            message = transform_detections3d(message, transform)
            markers = transform_markers(markers, transform) if markers else None
        self._results[task].publish(message)
        if task == "ddd":
            self._statistics.count("with_3d")
        if markers:
            self._markers.publish(markers)

    def publish_joints(self, found: Poses, points: np.ndarray, header: Header) -> None:
        """Publish where the joints of persons are in space, in the target frame if there is one.

        Args:
            found: N persons.
            points: (N, J, 3) x y z in metres, NaN where unknown.
            header: of the image.
        """
        assert self._joints  # there is a depth image
        message = poses3d_to_message(found, points, header)
        if self._target:
            transform = self._find_transform(header)
            if transform is None:
                return
            message = transform_poses3d(message, transform)
        self._joints.publish(message)

    def _find_transform(self, header: Header) -> TransformStamped | None:
        """The transform of an image, which is looked up once for all that is published for it."""
        if self._target and header is not self._header:
            self._header, self._transform = header, self._target.find(header)
            if self._transform is None:
                self._statistics.count("without_transform")
        return self._transform

    def destroy(self) -> None:
        """Remove the publishers."""
        publishers = [*self._results.values(), self._markers, self.annotated]
        for publisher in (*publishers, *filter(None, [self._joints])):
            self._node.destroy_lifecycle_publisher(publisher)
