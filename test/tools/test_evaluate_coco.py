"""Evaluation of what the detector publishes, as the command does it."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from centernet_ros.weights.store import DEFAULT_MODEL, stored_weights


def run(*arguments):
    path = find_spec("centernet_ros.tools.evaluate_coco").origin
    return subprocess.run(
        [sys.executable, path, *map(str, arguments)], capture_output=True, text=True
    )


@pytest.fixture
def coco_mini(shared):
    return shared / "data/coco_mini"


def test_published_detections_reach_the_published_precision(domain, coco_mini, tmp_path):
    if not stored_weights(DEFAULT_MODEL).is_file():
        pytest.skip("the published weights have not been fetched")
    annotations = coco_mini / "annotations/instances_val2017.json"
    images = coco_mini / "val2017"
    done = run(
        "--images", images, "--annotations", annotations, "--json", tmp_path / "metrics.json"
    )
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert (metrics["images"], metrics["lost"], metrics["doubled"]) == (79, 0, 0)
    assert metrics["AP"] >= 0.305
    assert metrics["AP50"] >= 0.50
    assert re.search(rf"AP +{metrics['AP']:.4f}", done.stdout)


def test_missing_annotations_are_named(domain, tmp_path):
    done = run("--images", tmp_path, "--annotations", tmp_path / "none.json")
    assert done.returncode == 1
    assert f"{tmp_path}/none.json: not a COCO annotation file" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_picture_is_named(domain, tmp_path):
    annotations = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "annotations": [],
        "categories": [],
    }
    (tmp_path / "a.json").write_text(json.dumps(annotations))
    done = run("--images", tmp_path, "--annotations", tmp_path / "a.json")
    assert done.returncode == 1
    assert f"{tmp_path}/a.jpg: no such picture" in done.stderr
