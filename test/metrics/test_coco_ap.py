import numpy as np
import pytest
from pycocotools.coco import COCO

from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.metrics.coco_ap import (
    METRICS,
    evaluate_coco,
    make_coco,
    run_evaluation,
    summarize,
)
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


def make_scene(count, seed=0):
    """A COCO set with one crowded image and one of three objects, and results for both."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 900, (count + 3, 2))
    boxes = np.concatenate((corners, rng.uniform(10, 120, (count + 3, 2))), 1)
    rows = [
        {
            "image_id": int(i >= count),
            "category_id": int(i % 2),
            "bbox": box.tolist(),
            "area": float(box[2] * box[3]),
            "iscrowd": 0,
        }
        for i, box in enumerate(boxes)
    ]
    results = [
        {k: row[k] for k in ("image_id", "category_id")}
        | {"bbox": (box + rng.normal(0, 3, 4)).tolist(), "score": float(rng.random())}
        for row, box in zip(rows, boxes)
    ]
    return make_coco([0, 1], rows, {0: "a", 1: "b"}), rows, results


def test_summary_is_pycocotools_own():
    coco, _, results = make_scene(60)
    evaluation = run_evaluation(coco, results, "bbox")
    assert evaluation.params.maxDets == [1, 10, 100]
    assert 0.2 < evaluation.stats[0] < 0.9
    np.testing.assert_allclose(summarize(evaluation), evaluation.stats)


def test_dense_images_count_whole():
    coco, rows, _ = make_scene(300)
    perfect = [
        {k: row[k] for k in ("image_id", "category_id", "bbox")} | {"score": 0.9} for row in rows
    ]
    figures = evaluate_coco(coco, perfect, "bbox")
    assert figures["AP"] == figures["AP50"] == pytest.approx(1)
    half = evaluate_coco(coco, perfect[::2], "bbox")
    assert 0 < half["AP"] < 0.6


def test_summary_of_joints_is_pycocotools_own(ground_truth):
    predictions = {i: annotated_poses(ground_truth, i, 4.0) for i in ground_truth.imgs}
    results = [row for i, p in predictions.items() for row in to_coco_results(p, i, [1])]
    evaluation = run_evaluation(ground_truth, results, "keypoints")
    np.testing.assert_allclose(summarize(evaluation), evaluation.stats)
    assert 0.1 < evaluation.stats[0] < 1
