"""The converted pose network against the published one's own outputs."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from pycocotools.coco import COCO

from centernet_ros.cli.fetch_weights import FetchError, fetch_weights
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.metrics.coco_ap import evaluate_coco
from centernet_ros.models import load_model
from centernet_ros.structures import Image, Poses
from centernet_ros.weights.movenet_multipose import convert_movenet_multipose
from centernet_ros.weights.store import POSE_MODEL

PERSONS = 6


def read(shared, name):
    return Image(cv2.imread(str(shared / "data/coco_mini/val2017" / str(name))))


@pytest.fixture(scope="module")
def predict():
    try:
        return Predictor(load_model(fetch_weights(POSE_MODEL)), options=PredictorOptions(PERSONS))
    except FetchError as error:
        pytest.skip(str(error))


def test_poses_equal_the_published(predict, shared, monkeypatch):
    """Of both reference images, in one batch."""
    references = [
        np.load(shared / f"reference/outputs/mobilenetv3_coco_{i}.npz") for i in range(2)
    ]
    images = [read(shared, reference["file_name"]) for reference in references]
    monkeypatch.setattr(predict, "input", replace(predict.input, resize="stretch", dynamic=False))
    for reference, image, poses in zip(references, images, predict(images)):
        assert isinstance(poses, Poses)
        compare(poses, reference["movenet_multipose"], *image.size)


def compare(found, rows, height, width):
    # The published order is that of the centres' own scores.
    rows = rows[np.argsort(-rows[:, -1], kind="stable")]
    y, x, keypoint_scores = rows[:, :51].reshape(PERSONS, 17, 3).transpose(2, 0, 1)
    boxes = (found.boxes / (width, height, width, height)).clip(0, 1)[:, [1, 0, 3, 2]]
    differences = {
        "joints": found.keypoints / (width, height) - np.stack((x, y), -1),
        "boxes": boxes - rows[:, 51:55],
        "scores": found.scores - rows[:, 55],
        "joints' scores": found.keypoint_scores - keypoint_scores,
    }
    for name, difference in differences.items():
        print(f"{name}: {np.abs(difference).max():.1e}")
        assert np.abs(difference).max() < 1e-5, name


@pytest.fixture
def one_thread():
    """On cores that others use as well several threads wait for each other most of the time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.slow
def test_precision_on_coco(predict, shared, one_thread):
    """All 79 images, the longer side 512."""
    coco = COCO(shared / "data/coco_mini/annotations/person_keypoints_val2017.json")
    found = {i: predict([read(shared, row["file_name"])])[0] for i, row in coco.imgs.items()}
    results = [row for i, poses in found.items() for row in to_coco_results(poses, i, [1])]
    metrics = evaluate_coco(coco, results, "keypoints")
    print(f"{len(found)} images, AP {metrics['AP']:.4f}, AP50 {metrics['AP50']:.4f}")
    assert len(found) == 79
    assert metrics["AP"] >= 0.298
    assert metrics["AP50"] >= 0.463


def test_refuses_another_graph(tmp_path):
    (tmp_path / "a.json").write_text('{"weightsManifest": []}')
    with pytest.raises(ValueError, match="not the published model"):
        convert_movenet_multipose(tmp_path / "a.json")
