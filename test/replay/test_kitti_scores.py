"""Boxes in space of recordings made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from std_msgs.msg import Header

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.camera_info import rectified_camera_info
from centernet_ros.conversions.detections import detections_to_message, labels_to_message
from centernet_ros.conversions.detections3d import boxes3d_from_message, boxes3d_to_message
from centernet_ros.conversions.ground_truth import BOXES, BOXES_3D, LABELS
from centernet_ros.replay.data_set_bag import make_header
from centernet_ros.replay.kitti_scores import score_boxes3d
from centernet_ros.replay.recording import read_recording
from centernet_ros.structures import Boxes3D

PROJECTION = np.array([[500.0, 0, 320, 0], [0, 500, 240, 0], [0, 0, 1, 0]])
SIZE = (480, 640)
# Two objects before the camera, 2 m and 3 m away.
LOCATIONS = np.array([[-0.5, 0.2, 2.0], [0.6, 0.2, 3.0]])


def record(path, names, true_names):
    """Both objects, found at distances that are off by 5 % and by 1 %."""
    header = make_header(10**9)
    truth = Boxes3D(
        np.zeros((2, 4)), np.ones(2), np.arange(2), LOCATIONS, np.full((2, 3), 0.3), np.zeros(2),
        np.zeros(2), np.zeros(2), ids=np.array(["0", "1"], object),
    )  # fmt: skip
    in_image = boxes3d_from_message(boxes3d_to_message(truth, header), PROJECTION, SIZE)
    flat = replace(truth, boxes=in_image.boxes)
    found = replace(
        truth,
        locations=LOCATIONS * np.array([[1.05], [1.01]]),
        depth_deviations=np.full(2, 0.05),
        ids=None,
    )
    with BagWriter(path) as writer:
        for topic, of_topic in ((f"/{LABELS}", true_names), ("/a/label_info_3d", names)):
            writer.write(topic, labels_to_message(of_topic, 0.1, Header()), 1, latched=True)
        info = rectified_camera_info(PROJECTION, *SIZE)
        info.header = header
        writer.write("/camera_info", info, 2)
        writer.write(f"/{BOXES}", detections_to_message(flat, header), 2)
        writer.write(f"/{BOXES_3D}", boxes3d_to_message(truth, header), 2)
        writer.write("/a/detections_3d", boxes3d_to_message(found, header), 3)
    return read_recording(path)


DEPTH = {
    "median error of depth up to 40 m, share": pytest.approx(0.03),
    "depths within one standard deviation, share": 0.5,
    "depths within two standard deviations, share": 1.0,
}


def test_own_classes_are_scored_as_kitti_s_are(tmp_path):
    score = score_boxes3d(record(tmp_path / "bag", ("cup", "chair"), ("cup", "chair", "table")))
    assert {name: score.metrics[name] for name in DEPTH} == DEPTH
    assert set(score.classes) == {"cup", "chair"}
    assert all(of_class["objects"] == 1 for of_class in score.classes.values())
    assert "chair BEV, authors' overlap" in score.table


def test_objects_of_other_names_are_not_compared(tmp_path):
    score = score_boxes3d(record(tmp_path / "bag", ("bowl", "chair"), ("cup", "chair")))
    assert score.metrics["median error of depth up to 40 m, share"] == pytest.approx(0.01)


def test_kitti_s_classes_have_their_precision(tmp_path):
    score = score_boxes3d(record(tmp_path / "bag", ("car", "sofa"), ("car", "chair")))
    assert set(score.classes) == {"Car"}
    assert score.classes["Car"]["objects"] == 1
