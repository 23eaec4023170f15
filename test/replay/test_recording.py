"""Recordings made by hand: what is read from them and how it scores."""

import math
from pathlib import Path

import numpy as np
import pytest
from centernet_ros.msg import HumanPoseArray
from sensor_msgs.msg import Image
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.bag_files import BagError
from centernet_ros.conversions.coco_ground_truth import coco_to_messages
from centernet_ros.conversions.detections import detections_to_message, labels_to_message
from centernet_ros.conversions.ground_truth import LABELS
from centernet_ros.conversions.image_topics import ImageTopic
from centernet_ros.conversions.poses import poses_to_message
from centernet_ros.datasets.sample import Joints, Sample
from centernet_ros.metrics.mistakes import Mistakes
from centernet_ros.replay.data_set_bag import make_header
from centernet_ros.replay.outcome import evaluate_recording
from centernet_ros.replay.recording import read_recording
from centernet_ros.replay.scores import score_recording
from centernet_ros.replay.session import SessionResult
from centernet_ros.replay.timing import count_frames, find_latency, measure_latencies
from centernet_ros.replay.worst_frames import draw_worst_frames
from centernet_ros.structures import Detections, Poses

JOINTS = np.random.default_rng(0).uniform(20, 80, (17, 2))
BOX = np.array([[10.0, 20, 90, 100]])
STAMPS = (10**9, 2 * 10**9, 3 * 10**9)


def annotate(i):
    """An image with one person, whose joints are all visible."""
    joints = Joints(JOINTS[None], np.full((1, 17), 2))
    labels, crowds = np.zeros(1, int), np.zeros(1, bool)
    path = Path(f"{i}.jpg")
    return Sample(path, i, BOX, labels, crowds, joints, ids=(str(i),), areas=np.array([6000.0]))


def test_classes_by_name_are_read_as_numbers(tmp_path):
    message = detections_to_message(Detections(BOX, np.ones(1), np.array([1])), make_header(7))
    number_path, name_path, strange_path = (tmp_path / name for name in ("1", "2", "3"))
    labels = labels_to_message(("car", "person"), 0.25, Header())
    for path, class_id in ((number_path, "1"), (name_path, "person"), (strange_path, "tram")):
        message.detections[0].results[0].hypothesis.class_id = class_id
        with BagWriter(path) as writer:
            writer.write("/a/detections", message, 8)
            writer.write("/a/label_info", labels, 9, latched=True)
    expected, found = read_recording(number_path), read_recording(name_path)
    assert found.frames[0].predictions == expected.frames[0].predictions
    with pytest.raises(
        BagError, match=r"3: detections of 0\.000000007: class_id 'tram', expected"
    ):
        read_recording(strange_path)


@pytest.fixture
def bag(tmp_path):
    """Three annotated images: one answered, one answered twice, one not."""
    path = tmp_path / "recorded"
    with BagWriter(path) as writer:
        for topic, names in (
            (f"/{LABELS}", ("person", "car")),
            ("/a/label_info", ("car", "person")),
        ):
            writer.write(topic, labels_to_message(names, 0.25, Header()), 1, latched=True)
        for i, stamp in enumerate(STAMPS):
            header = make_header(stamp)
            for topic, message in coco_to_messages(
                annotate(i + 40), annotate(i + 40), header
            ).items():
                writer.write(f"/{topic}", message, stamp)
            for delay in ((0.1,), (0.2, 0.3), ())[i]:
                scores, time = np.array([0.9]), stamp + int(delay * 1e9)
                predictions = Detections(BOX, scores, np.array([1]))
                writer.write("/a/detections", detections_to_message(predictions, header), time)
                joints = JOINTS[None] + (0 if i else 500)
                pose = Poses(BOX, scores, np.array([0]), joints, np.ones((1, 17)))
                writer.write("/a/keypoints", poses_to_message(pose, header), time + 50_000_000)
        # Of an image that was not replayed.
        writer.write("/a/detections", Detection2DArray(header=make_header(5)), 4 * 10**9)
    return path


def test_frames_by_stamp(bag):
    recording = read_recording(bag)
    assert [frame.stamp for frame in recording.frames] == list(STAMPS)
    assert [frame.name for frame in recording.frames] == ["40", "41", "42"]
    assert [set(frame.predictions) for frame in recording.frames] == [
        {"detections", "keypoints"}, {"detections", "keypoints"}, set(),
    ]  # fmt: skip
    assert isinstance(recording.frames[0].predictions["detections"], Detection2DArray)
    assert isinstance(recording.frames[0].predictions["keypoints"], HumanPoseArray)
    assert recording.names == {"detections": {0: "car", 1: "person"}}
    assert recording.threshold == 0.25


def test_timing_and_fates(bag):
    recording = read_recording(bag)
    latencies = [find_latency(frame) for frame in recording.frames]
    assert latencies[:2] == pytest.approx([0.15, 0.35])
    assert math.isnan(latencies[2])
    timing = measure_latencies(recording)
    # The first image may wait for a network to be prepared, and is not in the percentiles.
    assert timing["latency_first_s"] == pytest.approx(0.15)
    assert timing["latency_p50_s"] == timing["latency_max_s"] == pytest.approx(0.35)
    counts = {"received": "3", "processed": "1", "dropped": "1", "failed": "0"}
    session = SessionResult({"published": "3"}, counts, [], [])
    assert count_frames(recording, session) == {
        "published": 3, "received": 3, "doubled": 1, "processed": 1, "dropped": 1, "failed": 0,
        "lost": 1,
    }  # fmt: skip


def test_missing_ground_truth_is_said(bag):
    counts = {"received": "4", "processed": "4", "dropped": "0", "failed": "0"}
    evaluation = evaluate_recording(
        bag, SessionResult({"published": "4"}, counts, ["detections"], [])
    )
    assert evaluation.notes == ["ground truth of 3 of 4 images recorded"]
    assert draw_worst_frames(evaluation, ImageTopic(bag, "/image", Image, None)) == []


def test_unanswered_images_count_as_missed(bag):
    outputs = ["detections", "detections_3d", "keypoints"]
    scores, notes = score_recording(read_recording(bag), outputs)
    assert notes == ["detections_3d: no ground truth on ground_truth/detections_3d"]
    boxes, poses = scores["detections"], scores["keypoints"]
    assert boxes.metrics["AP"] == pytest.approx(67 / 101)
    assert boxes.classes["person"]["objects"] == 3
    assert boxes.mistakes == [Mistakes(1, 0, 0), Mistakes(1, 0, 0), Mistakes(1, 1, 0)]
    # The first image's person is elsewhere.
    assert poses.mistakes == [Mistakes(1, 1, 1), Mistakes(1, 0, 0), Mistakes(1, 1, 0)]
    assert 0 < poses.metrics["AP"] < boxes.metrics["AP"]
