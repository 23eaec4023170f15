"""One run of the source and the detector as processes, recorded by a node of this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import rclpy
from rclpy.executors import SingleThreadedExecutor
from tqdm import tqdm

from centernet_ros.nodes.recorder import ANNOTATED, TOPICS, Recorder
from centernet_ros.nodes.runtime import NodeError, prepare_process
from centernet_ros.tools.node_process import NodeProcess, ros_arguments

RESULT_TOPICS = {
    topic: f"/detector/{topic}" for topic in (*TOPICS, ANNOTATED) if not topic.startswith("/")
}
START_TIMEOUT, SETTLE_TIMEOUT = 60.0, 15.0

Parameters = Mapping[str, object]


@dataclass(frozen=True)
class SessionResult:
    """What a run came to.

    Attributes:
        source: the source's last diagnostics values.
        detector: the detector's last diagnostics values.
        frames: number of Detection2DArrays recorded.
        objects: detections by class name, most frequent first.
    """

    source: dict[str, str]
    detector: dict[str, str]
    frames: int
    objects: list[tuple[str, int]]


def run_session(source: Parameters, detector: Parameters, recorder: Parameters) -> SessionResult:
    """Play a source through the detector to its end.

    Args:
        source, detector, recorder: parameters of the nodes.

    Raises:
        NodeError: a node did not start, ended early, or results are missing.
    """
    prepare_process()
    rclpy.init()
    with ExitStack() as stack:
        stack.callback(rclpy.try_shutdown)
        node = Recorder(cli_args=ros_arguments(recorder, RESULT_TOPICS))
        stack.callback(node.destroy_node)
        session = _Session(node)
        running = stack.enter_context(NodeProcess("detector", ros_arguments(detector)))
        session.wait_for_detector(running)
        playing = stack.enter_context(NodeProcess("source", ros_arguments(source, RESULT_TOPICS)))
        session.follow(running, playing)
        return SessionResult(
            session.values("source"),
            session.values("detector"),
            node.frames,
            node.objects.most_common(),
        )


class _Session:
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(recorder)

    def values(self, node: str) -> dict[str, str]:
        """The latest diagnostics of a node, empty before the first."""
        return self._recorder.components.get(node, {})

    def wait_for_detector(self, detector: NodeProcess) -> None:
        self._spin_until(
            lambda: self.values("detector") or detector.status is not None, START_TIMEOUT
        )
        if detector.status is not None:
            raise NodeError(f"the detector ended with status {detector.status}, see above")
        if not self.values("detector"):
            raise NodeError(f"the detector did not start within {START_TIMEOUT:.0f} s")

    def follow(self, detector: NodeProcess, source: NodeProcess) -> None:
        """Show progress until the source has ended and the detector has answered."""
        with tqdm(unit=" frames", desc="processed") as bar:
            while source.status is None and detector.status is None:
                self._spin_until(lambda: False, 0.2)
                total = self.values("source").get("total")
                bar.total = int(total) if total else None
                bar.update(self._recorder.frames - bar.n)
            if detector.status is not None:
                raise NodeError(f"the detector ended with status {detector.status}, see above")
            if source.status:
                raise NodeError(f"the source ended with status {source.status}, see above")
            self._spin_until(self._is_settled, SETTLE_TIMEOUT)
            bar.update(self._recorder.frames - bar.n)
        if not self._is_settled():
            raise NodeError(f"results are missing {SETTLE_TIMEOUT:.0f} s after the last frame")

    def _is_settled(self) -> bool:
        """Whether the source is through and every frame the detector received has ended."""
        if self.values("source").get("finished") != "true":
            return False
        counts = {
            key: value for key, value in self.values("detector").items() if value.isdecimal()
        }
        ended = sum(int(counts[key]) for key in ("processed", "dropped", "failed"))
        return ended == int(counts["received"]) and self._recorder.frames == int(
            counts["processed"]
        )

    def _spin_until(self, condition: Callable[[], object], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not condition() and time.monotonic() < deadline:
            self._executor.spin_once(timeout_sec=0.05)
