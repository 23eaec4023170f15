#!/usr/bin/env python3
"""The detector: camera images in, 2D detections, 3D boxes and human keypoints out."""

from __future__ import annotations

import re
import sys

from diagnostic_msgs.msg import DiagnosticArray
from rcl_interfaces.msg import SetParametersResult
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.parameter import Parameter as RosParameter
from std_msgs.msg import Header
from vision_msgs.msg import LabelInfo

from centernet_ros.conversions.detections import labels_to_message
from centernet_ros.conversions.diagnostics import statuses_to_message
from centernet_ros.conversions.image import AnyImageMessage
from centernet_ros.conversions.poses import skeleton_to_message
from centernet_ros.inference.device import select_device
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.models import CheckpointError
from centernet_ros.models.spec import Task
from centernet_ros.msg import Skeleton
from centernet_ros.nodes.common.parameters import (
    check_changes,
    declare_parameters,
    get_bool,
    get_float,
    get_int,
    get_string,
    get_strings,
)
from centernet_ros.nodes.common.qos import LATCHED, RESULTS
from centernet_ros.nodes.common.runtime import STEADY_CLOCK, NodeError, run_node
from centernet_ros.nodes.detector.camera import Camera
from centernet_ros.nodes.detector.frame_pipeline import FramePipeline
from centernet_ros.nodes.detector.model_set import ModelSet
from centernet_ros.nodes.detector.newest_worker import NewestWorker
from centernet_ros.nodes.detector.parameters import PARAMETERS, find_threshold, read_input_override
from centernet_ros.nodes.detector.target_frame import TargetFrame

# Topics of the class names, by task.
LABELS: dict[Task, str] = {"ctdet": "~/label_info", "ddd": "~/label_info_3d"}


class Detector(LifecycleNode):
    """Lifecycle node around one model per task, for one camera or several.

    Subscribes: image (sensor_msgs/Image), or image/compressed (sensor_msgs/CompressedImage),
    camera_info (sensor_msgs/CameraInfo) for 3D, and depth (sensor_msgs/Image) where it is to.
    Publishes, by the tasks of its models: ~/detections (vision_msgs/Detection2DArray),
    ~/detections_3d (vision_msgs/Detection3DArray) with ~/markers, ~/keypoints (HumanPoseArray),
    ~/keypoints_3d (HumanPose3DArray);
    latched ~/label_info, ~/label_info_3d (vision_msgs/LabelInfo) and ~/skeleton (Skeleton);
    ~/image_annotated (sensor_msgs/Image) while someone subscribes; /diagnostics.
    Several cameras have their names before these: NAME/image, ~/NAME/detections.
    """

    def __init__(self) -> None:
        # rclpy destroys a node also when its constructor fails.
        self._worker: NewestWorker[str, AnyImageMessage] | None = None
        self._models: ModelSet | None = None
        super().__init__("detector")
        self.add_on_set_parameters_callback(self._check_parameters)
        declare_parameters(self, PARAMETERS)
        if get_bool(self, "autostart"):
            for transition in (self.trigger_configure, self.trigger_activate):
                if transition() != TransitionCallbackReturn.SUCCESS:
                    raise NodeError("could not start, see the error above")

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load the models and create the publishers."""
        try:
            names = self._camera_names()
            self._models = self._load_models()
            frame = get_string(self, "target_frame")
            self._target = TargetFrame(self, frame) if frame else None
        except (CheckpointError, RuntimeError, ValueError) as error:  # a device may be full, too
            return self._refuse(str(error))
        except Exception as error:  # rclpy would fail without a word of it
            return self._refuse(repr(error))
        specs = self._models.specs
        self._cameras = {name: Camera(self, name, specs, self._target) for name in names}
        named = [task for task in LABELS if task in specs]
        if get_bool(self, "depth") and named == ["ctdet"]:
            named.append("ddd")  # boxes in space that have the classes of the 2D ones
        self._labels = {
            task: self.create_lifecycle_publisher(LabelInfo, LABELS[task], LATCHED)
            for task in named
        }
        self._skeleton = self.create_lifecycle_publisher(Skeleton, "~/skeleton", LATCHED)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", RESULTS)
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe and start the worker."""
        super().on_activate(state)
        pipeline = FramePipeline(self, self._loaded, self._cameras)
        self._worker = NewestWorker(pipeline.process, "network")
        is_compressed = get_string(self, "image_transport") == "compressed"
        for camera in self._cameras.values():
            camera.input.start(is_compressed, self._worker.submit)
        self._timer = self.create_timer(1.0, self._report, clock=STEADY_CLOCK)
        self._publish_names()
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Unsubscribe and stop the worker."""
        self._stop_work()
        return super().on_deactivate(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Publish no more, whatever the node was doing."""
        self._stop_work()
        return super().on_shutdown(state)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give up what a failed transition left, so that the node can be configured anew."""
        self._stop_work()
        if self._models:
            self.on_cleanup(state)
        return TransitionCallbackReturn.SUCCESS

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Forget the models and destroy the publishers."""
        for camera in self._cameras.values():
            camera.output.destroy()
        for publisher in (*self._labels.values(), self._skeleton):
            self.destroy_lifecycle_publisher(publisher)
        self.destroy_publisher(self._diagnostics)
        if self._target:
            self._target.destroy()
        self._models = None
        return TransitionCallbackReturn.SUCCESS

    def destroy_node(self) -> None:
        """Stop the worker first, so that it publishes nothing on what is gone."""
        self._stop_worker()
        super().destroy_node()

    def _stop_work(self) -> None:
        """Unsubscribe, finish the frames at hand and say a last time how it went."""
        if self._worker is None:
            return
        for camera in self._cameras.values():
            camera.input.stop()
        self._stop_worker()
        self.destroy_timer(self._timer)
        self._publish_diagnostics()

    def _stop_worker(self) -> None:
        if self._worker:
            for name in self._worker.stop():
                self._cameras[name].statistics.count("dropped")
            self._worker = None

    @property
    def _loaded(self) -> ModelSet:
        assert self._models is not None  # the node is configured
        return self._models

    def _refuse(self, reason: str) -> TransitionCallbackReturn:
        self._models = None
        self.get_logger().error(" ".join(reason.split()))
        return TransitionCallbackReturn.FAILURE

    def _camera_names(self) -> list[str]:
        names = list(dict.fromkeys(get_strings(self, "cameras"))) or [""]
        for name in names:
            if name and not re.fullmatch(r"[A-Za-z]\w*(/[A-Za-z]\w*)*", name, re.ASCII):
                raise ValueError(f"camera name {name!r} is no part of a topic's, expected letters")
        return names

    def _load_models(self) -> ModelSet:
        device = select_device(get_string(self, "device"))
        backend = get_string(self, "backend")
        if backend != "torch":
            self.get_logger().info(
                "preparing the networks, which takes a minute the first time; those whose input "
                "follows the images' shape, when the first image comes"
            )
        models = ModelSet(
            get_strings(self, "models"),
            device,
            backend,
            PredictorOptions(max_detections=get_int(self, "max_detections")),
            read_input_override(self),
        )
        models.check_classes(get_strings(self, "classes"))
        for predictor in models.predictors:
            if predictor.model.spec.origin:
                self.get_logger().info(f"weights: {predictor.model.spec.origin}")
        for task, spec in models.specs.items():
            self.get_logger().info(
                f"{task}: {spec.arch} with {spec.num_classes} classes on {device}"
            )
        return models

    def _check_parameters(self, changes: list[RosParameter]) -> SetParametersResult:
        result = check_changes(PARAMETERS, changes, configured=self._models is not None)
        if result.successful and self._models:
            names = [name for c in changes if c.name == "classes" for name in c.value]
            try:
                self._models.check_classes(names)
            except ValueError as error:
                return SetParametersResult(successful=False, reason=str(error))
        return result

    def _report(self) -> None:
        self._publish_diagnostics()
        self._check_name()
        if get_float(self, "confidence_threshold") != self._announced:
            self._publish_names()

    def _check_name(self) -> None:
        name = self.get_name(), self.get_namespace()
        count = self.get_node_names_and_namespaces().count(name)
        if count > 1:
            self.get_logger().warning(
                f"{count} nodes are called {self.get_fully_qualified_name()!r} and publish on the "
                "same topics: expected a name or namespace of its own for each",
                throttle_duration_sec=10.0,
            )

    def _publish_names(self) -> None:
        header = Header(stamp=self.get_clock().now().to_msg())
        self._announced = get_float(self, "confidence_threshold")
        specs = self._loaded.specs
        for task, publisher in self._labels.items():
            spec = specs[task if task in specs else "ctdet"]
            threshold = find_threshold(self, spec)
            publisher.publish(labels_to_message(spec.class_names, threshold, header))
        if "multi_pose" in specs:
            spec = specs["multi_pose"]
            threshold = find_threshold(self, spec)
            self._skeleton.publish(skeleton_to_message(spec.joints, threshold, header))

    def _publish_diagnostics(self) -> None:
        models = ", ".join(get_strings(self, "models"))
        hardware = self._loaded.device
        statuses = [camera.describe(hardware, models) for camera in self._cameras.values()]
        stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(statuses_to_message(statuses, stamp))


def main() -> int:
    """Run the node until it is told to stop."""
    return run_node(Detector, is_long_start=True)


if __name__ == "__main__":
    sys.exit(main())
