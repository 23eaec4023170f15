"""One camera of the detector: its topics in and out, and how it fares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.lifecycle import LifecycleNode

from centernet_ros.conversions.diagnostics import values_to_status
from centernet_ros.models.spec import Task
from centernet_ros.nodes.detector.camera_input import CameraInput
from centernet_ros.nodes.detector.camera_output import CameraOutput
from centernet_ros.nodes.detector.frame_statistics import FrameStatistics
from centernet_ros.nodes.detector.input_monitor import SILENCE
from centernet_ros.nodes.detector.parameters import read_tracker_options
from centernet_ros.nodes.detector.target_frame import TargetFrame
from centernet_ros.structures import AnyDetections
from centernet_ros.tracking.tracker import Tracker


class Camera:
    """Topics in and out for one camera.

    Args:
        node: the detector.
        name: prefix of the camera's topics, none for a single camera.
        tasks: that the models serve.
        target: the frame of 3D results, the camera's own if None.

    Attributes:
        name: as given.
        statistics: of its frames.
        input: what it sends.
        output: what is published for it.
    """

    def __init__(
        self,
        node: LifecycleNode,
        name: str,
        tasks: Iterable[Task],
        target: TargetFrame | None = None,
    ) -> None:
        self.name, self._node = name, node
        options = read_tracker_options(node)
        self._trackers = {task: Tracker(options) for task in tasks} if options else {}
        self.statistics = FrameStatistics()
        self.input = CameraInput(node, name, self.statistics)
        self.output = CameraOutput(node, name, tasks, self.statistics, target)
        self._described_failures = 0

    def identify(self, task: Task, found: AnyDetections, time: float) -> AnyDetections:
        """The objects of a task in the next image, with ids if they are tracked.

        Args:
            task: the task.
            found: its objects.
            time: of the image in seconds.
        """
        tracker = self._trackers.get(task)
        return replace(found, ids=tracker.update(found, time)) if tracker else found

    def describe(self, hardware: str, models: str) -> DiagnosticStatus:
        """The camera's part of the diagnostics, a warning if images stay away or failed lately."""
        values = self.statistics.summarize() | {"models": models}
        failed = int(values["failed"]) - self._described_failures
        self._described_failures += failed
        warning = ""
        if failed:
            warning = f"{failed} frames failed: {values['last_error']}"
        elif self.input.silence >= SILENCE:
            warning = f"no images for {self.input.silence:.0f} s"
        elif self.statistics.unanswered_time >= SILENCE:
            warning = (
                f"images arrive, but none was answered for {self.statistics.unanswered_time:.0f} s"
            )
        node = self._node.get_name()
        return values_to_status(
            name=f"{node}/{self.name}" if self.name else node,
            hardware=hardware,
            message=warning or "running",
            level=DiagnosticStatus.WARN if warning else DiagnosticStatus.OK,
            values=values,
        )
