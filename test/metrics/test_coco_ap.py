import numpy as np
import pytest
from pycocotools.coco import COCO

from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.metrics.coco_ap import METRICS, evaluate_coco
from centernet_ros.structures import Poses


@pytest.fixture
def ground_truth(shared):
    return COCO(shared / "data/coco_mini/annotations/person_keypoints_val2017.json")


def score_poses(coco, predictions):
    results = [row for i, poses in predictions.items() for row in to_coco_results(poses, i, [1])]
    return evaluate_coco(coco, results, "keypoints")


def annotated_poses(coco, image_id, shift=0.0):
    rows = [row for row in coco.loadAnns(coco.getAnnIds(image_id)) if row["num_keypoints"]]
    keypoints = np.array([row["keypoints"] for row in rows], np.float32).reshape(-1, 17, 3)
    count = len(rows)
    zeros = np.zeros((count, 4), np.float32), np.ones(count, np.float32), np.zeros(count, int)
    return Poses(*zeros, keypoints[..., :2] + shift, keypoints[..., 2])


def test_annotated_persons_are_found(ground_truth):
    predictions = {i: annotated_poses(ground_truth, i) for i in ground_truth.imgs}
    metrics = score_poses(ground_truth, predictions)
    assert tuple(metrics) == METRICS["keypoints"]
    assert metrics["AP"] == pytest.approx(1, abs=1e-3)
    assert metrics["AR"] == pytest.approx(1, abs=1e-3)


def test_persons_in_another_place_are_not(ground_truth):
    predictions = {i: annotated_poses(ground_truth, i, 1000.0) for i in ground_truth.imgs}
    assert score_poses(ground_truth, predictions)["AP"] == 0


def test_nothing_found(ground_truth):
    assert score_poses(ground_truth, {}) == dict.fromkeys(METRICS["keypoints"], 0.0)
