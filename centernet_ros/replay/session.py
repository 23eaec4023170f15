"""One run of the source and the detector as processes, recorded by a node of this process."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import rclpy
from rclpy.executors import SingleThreadedExecutor
from tqdm import tqdm

from centernet_ros.nodes.common.result_topics import RESULT_TOPICS
from centernet_ros.nodes.common.runtime import NodeError, prepare_process
from centernet_ros.nodes.recorder.recorder import (
    ANNOTATED,
    COMPRESSED,
    DETECTOR_TOPICS,
    MARKERS,
    Recorder,
)
from centernet_ros.replay.node_process import NodeProcess, ros_arguments
from centernet_ros.replay.spin import spin_until

# The first start exports the networks.
START_TIMEOUT, SETTLE_TIMEOUT = 180.0, 15.0
COUNTS = ("received", "processed", "dropped", "failed", "with_3d")
# What the source alone publishes in a session.
SOURCE_TOPICS = ("/image", f"/image{COMPRESSED}", "/camera_info")

Parameters = Mapping[str, object]


@dataclass(frozen=True)
class SessionResult:
    """What a run came to.

    Attributes:
        source: the source's last diagnostics values.
        detector: the detector's last diagnostics values, counts of this run alone.
        outputs: the result topics that the detector publishes.
        objects: detections by class name, most frequent first.
    """

    source: dict[str, str]
    detector: dict[str, str]
    outputs: list[str]
    objects: list[tuple[str, int]]


def run_session(
    source: Parameters,
    detector: Parameters | None,
    recorder: Parameters,
    *,
    config: Path | None = None,
    name: str = "detector",
    lockstep: bool = False,
) -> SessionResult:
    """Play a source through the detector to its end.

    Args:
        source, detector, recorder: parameters of the nodes; no detector is started for None.
        config: parameter file of the detector.
        name: of the detector, with its namespace.
        lockstep: play each frame when the one before has been answered.

    Raises:
        NodeError: a node did not start, ended early, is not alone, or results are missing.
    """
    prepare_process()
    rclpy.init()
    topics = {
        topic: f"/{name.strip('/')}/{topic}" for topic in (*DETECTOR_TOPICS, ANNOTATED, MARKERS)
    }
    if source.get("reliability") == "reliable":
        recorder = {**recorder, "qos_overrides./camera_info.subscription.reliability": "reliable"}
    with ExitStack() as stack:
        stack.callback(rclpy.try_shutdown)
        node = Recorder(cli_args=ros_arguments(recorder, topics))
        stack.callback(node.destroy_node)
        session = _Session(node, name.split("/")[-1], [topics[topic] for topic in RESULT_TOPICS])
        running = None
        if detector is not None:
            arguments = ros_arguments(detector, config=config)
            running = stack.enter_context(NodeProcess("detector", arguments))
        session.wait_for_detector(running)
        session.refuse_others(sources=0)
        # The detector announces them before its diagnostics, so that they are known by now.
        outputs = [topic for topic in RESULT_TOPICS if node.count_publishers(topics[topic])]
        source = {**source, "recorded": True}
        if lockstep:
            # Images without a depth image may have no 3D boxes, which come after the rest.
            others = [topic for topic in outputs if topic != "detections_3d"]
            source["wait_for"] = (others if source.get("depth_topic") else []) or outputs
        if recorder.get("images", "none") != "none":
            source = {**source, "subscribers": 2}  # the detector, and the recorder
        playing = stack.enter_context(NodeProcess("source", ros_arguments(source, topics)))
        session.follow(running, playing, outputs)
        return SessionResult(
            session.values("source"), session.count(), outputs, node.objects.most_common()
        )


class _Session:
    def __init__(self, recorder: Recorder, detector: str, results: Sequence[str]) -> None:
        self._recorder, self._detector, self._results = recorder, detector, results
        executor = SingleThreadedExecutor()
        executor.add_node(recorder)
        self._wait = partial(spin_until, executor)
        self._before: dict[str, str] = {}

    def values(self, node: str) -> dict[str, str]:
        """The latest diagnostics of a node, empty before the first."""
        return self._recorder.components.get(node, {})

    def count(self) -> dict[str, str]:
        """The detector's diagnostics, counted from the start of the session."""
        values = self.values(self._detector)
        counts = {key: str(int(values[key]) - int(self._before[key])) for key in COUNTS}
        return values | counts

    def wait_for_detector(self, detector: NodeProcess | None) -> None:
        self._wait(lambda: self.values(self._detector) or has_ended(detector), START_TIMEOUT)
        refuse_ended(detector)
        self._before = self.values(self._detector)
        if not self._before:
            raise NodeError(
                f"no diagnostics of {self._detector!r} within {START_TIMEOUT:.0f} s: "
                "the detector does not run, or is not active"
            )

    def refuse_others(self, sources: int = 1) -> None:
        """See that no other node's messages are taken for those of this session.

        Args:
            sources: that have been started.

        Raises:
            NodeError: more nodes than the session's own publish on one of its topics.
        """
        expected = dict.fromkeys(SOURCE_TOPICS, sources) | dict.fromkeys(self._results, 1)
        for topic, most in expected.items():
            if self._recorder.count_publishers(topic) > most:
                raise NodeError(
                    f"{topic!r} is published by {', '.join(self._find_publishers(topic))}: the "
                    "results would be a mixture. End the others, or set ROS_DOMAIN_ID to a number "
                    "that nobody else uses"
                )

    def _find_publishers(self, topic: str) -> list[str]:
        """The names of the nodes, which the middleware learns a little later than their topics."""

        def names() -> list[str]:
            publishers = self._recorder.get_publishers_info_by_topic(topic)
            return sorted(f"{p.node_namespace.rstrip('/')}/{p.node_name}" for p in publishers)

        self._wait(lambda: "UNKNOWN" not in "".join(names()), SETTLE_TIMEOUT)
        return names()

    def follow(
        self, detector: NodeProcess | None, source: NodeProcess, outputs: Sequence[str]
    ) -> None:
        """Show progress until the source has ended and the detector has answered."""
        deadline = time.monotonic() + START_TIMEOUT
        with tqdm(unit=" frames", desc="processed") as bar:
            while source.status is None and not has_ended(detector):
                self._wait(lambda: False, 0.2)
                self.refuse_others()
                total = self.values("source").get("total")
                bar.total = int(total) if total else None
                bar.update(self._recorded(outputs) - bar.n)
                if self.values("source").get("published") == "0" and time.monotonic() > deadline:
                    raise NodeError(
                        f"nobody subscribed to the images within {START_TIMEOUT:.0f} s: does the "
                        "detector take them as they are, raw or compressed?"
                    )
            refuse_ended(detector)
            if source.status:
                raise NodeError(f"the source ended with status {source.status}, see above")
            self._wait(lambda: self._is_settled(outputs), SETTLE_TIMEOUT)
            bar.update(self._recorded(outputs) - bar.n)
        if not self._is_settled(outputs):
            raise NodeError(f"results are missing {SETTLE_TIMEOUT:.0f} s after the last frame")

    def _recorded(self, outputs: Sequence[str]) -> int:
        return max((self._recorder.counts[topic] for topic in outputs), default=0)

    def _is_settled(self, outputs: Sequence[str]) -> bool:
        """Whether the source is through and every frame the detector received has ended."""
        if self.values("source").get("finished") != "true":
            return False
        counts = {key: int(value) for key, value in self.count().items() if key in COUNTS}
        ended = sum(counts[key] for key in ("processed", "dropped", "failed"))
        expected = dict.fromkeys(outputs, counts["processed"])
        if "detections_3d" in expected:
            expected["detections_3d"] = counts["with_3d"]
        return ended == counts["received"] and all(
            self._recorder.counts[topic] == count for topic, count in expected.items()
        )


def has_ended(process: NodeProcess | None) -> bool:
    """Whether a process of this session is over."""
    return process is not None and process.status is not None


def refuse_ended(detector: NodeProcess | None) -> None:
    """Whether the detector of this session still runs, or somebody else's is used.

    Raises:
        NodeError: it has ended.
    """
    if detector is not None and has_ended(detector):
        raise NodeError(f"the detector ended with status {detector.status}, see above")
