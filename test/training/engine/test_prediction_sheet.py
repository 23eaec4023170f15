import cv2
import numpy as np
import pytest

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import Joints
from centernet_ros.structures import Boxes3D, Detections, Poses
from training.engine.prediction_sheet import WIDTH, draw_sheet, make_truth


def test_truth_stands_beside_predictions(squares, tmp_path):
    nothing = Detections(np.zeros((0, 4)), np.zeros(0), np.zeros(0, int))
    draw_sheet(tmp_path / "sheet.jpg", squares, [nothing] * len(squares.samples), 0.5)
    sheet = cv2.imread(str(tmp_path / "sheet.jpg"))
    assert sheet.shape == (8 * WIDTH, 2 * WIDTH, 3)
    left, right = (sheet[:WIDTH, part].astype(int) for part in (slice(WIDTH), slice(WIDTH, None)))
    assert np.abs(left - right).max() > 100  # the box
    x1, y1, x2, y2 = (squares.samples[0].boxes[0] * WIDTH / 64).astype(int)
    inside = np.abs(left - right)[y1 + 40 : y2 - 40, x1 + 40 : x2 - 40]
    assert inside.max() < 60


def test_objects_of_no_class_are_no_truth(squares):
    sample = squares.samples[0]
    object.__setattr__(sample, "ignore", np.ones(1, bool))
    assert len(make_truth(sample)) == 0


def test_joints_are_truth(squares):
    sample = squares.samples[0]
    object.__setattr__(sample, "joints", Joints(np.zeros((1, 17, 2)), np.ones((1, 17))))
    truth = make_truth(sample)
    assert isinstance(truth, Poses)
    assert truth.keypoint_scores.all()


def test_objects_in_space_are_truth(shared):
    folder = shared / "data/kitti_roads/training"
    if not folder.is_dir():
        pytest.skip("needs the shared data")
    sample = read_kitti(folder).samples[0]
    truth = make_truth(sample)
    assert isinstance(truth, Boxes3D)
    assert len(truth) == (sample.labels >= 0).sum()
