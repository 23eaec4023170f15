"""Ids of recordings made by hand, against true ones."""

import numpy as np
import pytest
from std_msgs.msg import Header

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.detections import detections_to_message, labels_to_message
from centernet_ros.conversions.ground_truth import BOXES, LABELS
from centernet_ros.replay.data_set_bag import make_header
from centernet_ros.replay.recording import read_recording
from centernet_ros.replay.track_scores import score_tracks
from centernet_ros.structures import Detections

# A car, a person, and something that the detector does not know.
TRUE_BOXES = np.array([[10.0, 10, 50, 50], [100, 10, 120, 70], [200, 10, 220, 30]])
TRUE_NAMES, NAMES = ("car", "person", "yak"), ("person", "car")
FRAMES = 4


def record(path, ids_of_frames):
    """The car and the person in each frame, with some ids."""
    with BagWriter(path) as writer:
        for topic, names in ((f"/{LABELS}", TRUE_NAMES), ("/a/label_info", NAMES)):
            writer.write(topic, labels_to_message(names, 0.3, Header()), 1, latched=True)
        for i, ids in enumerate(ids_of_frames):
            header = make_header((i + 1) * 10**9)
            true_ids = np.array(["7", "8", "9"], object)
            truth = Detections(TRUE_BOXES, np.ones(3), np.arange(3), ids=true_ids)
            writer.write(f"/{BOXES}", detections_to_message(truth, header), i + 2)
            found = Detections(
                TRUE_BOXES[:2] + 1, np.ones(2), np.array([1, 0]), ids=np.array(ids, object)
            )
            writer.write("/a/detections", detections_to_message(found, header), i + 2)
    return read_recording(path)


def test_ids_that_last_are_perfect(tmp_path):
    figures = score_tracks(record(tmp_path / "bag", [("1", "2")] * FRAMES), ["detections"])
    assert figures == {"detections": {"MOTA": 1, "IDF1": 1, "id switches": 0, "objects": 8}}


def test_ids_that_change_are_switches(tmp_path):
    ids = [("1", "2"), ("1", "2"), ("3", "2"), ("3", "2")]
    figures = score_tracks(record(tmp_path / "bag", ids), ["detections"])["detections"]
    assert figures["id switches"] == 1
    assert figures["MOTA"] == pytest.approx(1 - 1 / 8)
    assert figures["IDF1"] == pytest.approx(6 / 8)


def test_objects_without_an_id_are_missed(tmp_path):
    ids = [("", ""), ("1", "2"), ("1", "2"), ("1", "2")]
    figures = score_tracks(record(tmp_path / "bag", ids), ["detections"])["detections"]
    assert figures["MOTA"] == pytest.approx(6 / 8)
    assert figures["id switches"] == 0


def test_only_what_is_tracked_is_scored(tmp_path):
    assert score_tracks(record(tmp_path / "bag", [("1", "2")]), ["keypoints"]) == {}
