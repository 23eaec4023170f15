"""A recorded replay, image by image."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sensor_msgs.msg import CameraInfo
from vision_msgs.msg import LabelInfo

from centernet_ros.conversions.bag import read_messages
from centernet_ros.conversions.bag_files import BagError
from centernet_ros.conversions.class_ids import number_classes
from centernet_ros.conversions.detections import labels_from_message
from centernet_ros.conversions.ground_truth import ANNOTATIONS, GROUND_TRUTH_TOPICS, LABELS
from centernet_ros.conversions.stamp import to_nanoseconds
from centernet_ros.msg import Skeleton
from centernet_ros.nodes.common.result_topics import RESULT_TOPICS

# Result topic -> topic of what its labels mean.
LABEL_TOPICS = {"detections": "label_info", "detections_3d": "label_info_3d"}


@dataclass
class RecordedFrame:
    """What was recorded about one image.

    Attributes:
        stamp: of the image, in nanoseconds.
        ground_truth: topic -> message, empty where the bag has none.
        predictions: result topic -> message.
        latencies: result topic -> seconds from the image's stamp to the recording.
        counts: messages by result topic, more than one if doubled.
    """

    stamp: int
    ground_truth: dict[str, Any] = field(default_factory=dict)
    predictions: dict[str, Any] = field(default_factory=dict)
    latencies: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    camera_info: CameraInfo | None = None

    @property
    def name(self) -> str:
        """The image's name in its data set, else its stamp."""
        if ANNOTATIONS in self.ground_truth:
            return self.ground_truth[ANNOTATIONS].image_id
        return f"{self.stamp / 1e9:.9f}"


@dataclass(frozen=True)
class Recording:
    """A recorded replay.

    Attributes:
        frames: in the order of the images; where there is ground truth, those that have it.
        gt_names: names of the ground truth's labels.
        names: result topic -> names of its labels.
        threshold: lowest score that the detector published.
        sigmas: of the joints that it published, empty where they are not known.
    """

    frames: list[RecordedFrame]
    gt_names: dict[int, str]
    names: dict[str, dict[int, str]]
    threshold: float
    sigmas: tuple[float, ...] = ()

    def has(self, topic: str) -> bool:
        """Whether there is ground truth on a topic."""
        return any(topic in frame.ground_truth for frame in self.frames)


def read_recording(bag: Path) -> Recording:
    """What the recorder wrote; several label infos on one topic leave the last.

    Raises:
        BagError: the bag cannot be read, or a detection's class is none of the label info.
    """
    frames: dict[int, RecordedFrame] = {}
    infos: dict[str, LabelInfo] = {}
    sigmas: tuple[float, ...] = ()
    types = [
        *GROUND_TRUTH_TOPICS.values(), *RESULT_TOPICS.values(), LabelInfo, CameraInfo, Skeleton,
    ]  # fmt: skip
    for full_topic, time, message in read_messages(bag, types):
        # The detector's own topics begin with its name.
        parts = full_topic.strip("/").split("/")
        topic = "/".join(parts[-2:] if parts[-2:-1] == ["ground_truth"] else parts[-1:])
        if isinstance(message, LabelInfo):
            infos[topic] = message
            continue
        if isinstance(message, Skeleton):
            sigmas = tuple(message.sigmas)
            continue
        stamp = to_nanoseconds(message.header.stamp)
        frame = frames.setdefault(stamp, RecordedFrame(stamp))
        if topic in GROUND_TRUTH_TOPICS:
            frame.ground_truth[topic] = message
        elif topic in RESULT_TOPICS:
            frame.predictions[topic] = message
            frame.latencies[topic] = (time - stamp) / 1e9
            frame.counts[topic] += 1
        else:
            frame.camera_info = message
    names = {
        topic: labels_from_message(infos[label_topic])
        for topic, label_topic in LABEL_TOPICS.items()
        if label_topic in infos
    }
    for topic, frame in itertools.product(LABEL_TOPICS, frames.values()):
        if topic in frame.predictions:
            try:
                number_classes(frame.predictions[topic], names.get(topic, {}))
            except ValueError as error:
                raise BagError(f"{bag}: {topic} of {frame.name}: {error}") from error
    ordered = [frames[stamp] for stamp in sorted(frames)]
    # A running detector may have answered other images before.
    annotated = [frame for frame in ordered if frame.ground_truth]
    return Recording(
        annotated or [frame for frame in ordered if frame.predictions],
        labels_from_message(infos[LABELS]) if LABELS in infos else {},
        names,
        max(
            (infos[topic].threshold for topic in LABEL_TOPICS.values() if topic in infos),
            default=0.0,
        ),
        sigmas,
    )
