import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import InputSpec, ModelSpec, create_model, load_model, save_model
from training.analyse_collisions import count_pairs, find_missed, find_pixels
from training.analyse_errors import OraclePredictor, detect_with_ground_truth
from training.engine.settings import HEADS


def test_perfect_heads_are_perfect(squares):
    """An untrained network finds everything once all its heads are replaced."""
    torch.manual_seed(0)
    heads = {"hm": 2, **HEADS["ctdet"]}
    spec = ModelSpec("tiny", heads, squares.class_names, InputSpec((64, 64)))
    predict = OraclePredictor(create_model(spec))
    assert score_voc(squares, detect_with_ground_truth(predict, squares, []))["mAP50"] < 0.2
    assert (
        score_voc(squares, detect_with_ground_truth(predict, squares, list(heads)))["mAP50"] == 1
    )


def test_perfect_heads_in_space(shared):
    data = read_kitti(shared / "data/kitti/training")
    heads = {"hm": 3, **HEADS["ddd"]}
    spec = ModelSpec("tiny", heads, data.class_names, InputSpec((96, 320), "width"))
    predict = OraclePredictor(create_model(spec))
    (predictions,) = detect_with_ground_truth(
        predict, type(data)(data.source, data.class_names, data.samples[1:2]), list(heads)
    )
    sure = predictions[predictions.scores == 1]
    sample = data.samples[1]
    gt = sample.annotations_3d.depths[sample.labels >= 0]
    assert len(sure) == len(gt)
    assert np.sort(sure.locations[:, 2]) == pytest.approx(np.sort(gt), abs=0.01)


def test_collisions():
    boxes = np.array([[0.0, 0, 40, 40], [1, 1, 40, 40], [100, 100, 140, 180]])
    pixels = find_pixels(boxes, (512, 512), InputSpec())
    assert pixels.tolist() == [[5, 5], [5, 5], [30, 35]]
    same = (pixels[:, None] == pixels).all(-1)
    assert count_pairs(same, np.array([0, 0, 0])) == 1
    assert count_pairs(same, np.array([0, 1, 0])) == 0


def test_anchors_miss_small_and_long_boxes():
    boxes = np.array([[400.0, 400, 528, 528], [300, 300, 310, 310], [10, 400, 700, 430]])
    assert find_missed(boxes, (800, 800)).tolist() == [False, True, True]


def test_evaluation_command(squares, root, tmp_path):
    arch = ModelSpec("res_18", {"hm": 2, **HEADS["ctdet"]}, ("blue", "red"), InputSpec((64, 64)))
    save_model(create_model(arch), tmp_path / "a.pt")
    annotations = [
        {"id": i + 1, "image_id": i, "category_id": int(s.labels[0]), "iscrowd": 0, "area": 576,
         "bbox": [*s.boxes[0, :2].tolist(), 24, 24]}
        for i, s in enumerate(squares.samples[:3])
    ]  # fmt: skip
    content = {
        "images": [
            {"id": i, "file_name": s.path.name, "width": 64, "height": 64}
            for i, s in enumerate(squares.samples[:3])
        ],
        "annotations": annotations,
        "categories": [{"id": i, "name": name} for i, name in enumerate(("blue", "red"))],
    }
    (tmp_path / "a.json").write_text(json.dumps(content))
    command = [sys.executable, "training/evaluate_coco.py", "--model", tmp_path / "a.pt"]
    data = ["--annotations", tmp_path / "a.json", "--images", tmp_path / "images"]
    done = subprocess.run(
        [*command, *data, "--json", tmp_path / "ap.json", "--results", tmp_path / "r.json"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert set(json.loads((tmp_path / "ap.json").read_text())) >= {"AP", "AP50", "AR100"}
    assert json.loads((tmp_path / "r.json").read_text())[0].keys() >= {"image_id", "bbox"}
    exported = write_onnx(load_model(tmp_path / "a.pt"), tmp_path / "a.onnx")
    again = subprocess.run(
        [*command[:-1], exported.path, *data, "--json", tmp_path / "onnx.json"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert again.returncode == 0, again.stderr
    figures = json.loads((tmp_path / "onnx.json").read_text())
    assert figures == pytest.approx(json.loads((tmp_path / "ap.json").read_text()), abs=1e-3)
    failed = subprocess.run(
        [*command, *data[:3], tmp_path], cwd=root, capture_output=True, text=True
    )
    assert "0.png: no such file, expected an image" in failed.stderr
