import json

import numpy as np
import pytest

from centernet_ros.io.kitti_format import parse_kitti_calibration, parse_kitti_labels
from centernet_ros.models import InputSpec
from training.analyse_encoding import read_annotations
from training.analyses.coco_encoding import evaluate_encoding
from training.analyses.kitti_encoding import encode_orientations, measure_encoding
from training.count_operations import count_operations
from training.targets.ddd import encode_alpha


@pytest.fixture
def write_annotations(tmp_path):
    """Well separated boxes in two images, one of them listed twice."""

    def write(joints=0):
        rng = np.random.default_rng(0)
        annotations = []
        for i in range(24):
            x, y = 20 + 100 * (i % 6), 20 + 110 * (i // 6 % 4)
            width, height = rng.uniform(30, 70, 2)
            annotations.append({"id": i + 1, "image_id": 1 + i // 12, "category_id": 1,
                                "iscrowd": 0, "area": width * height,
                                "bbox": [x, y, width, height]})  # fmt: skip
            if joints:
                # No two in one pixel of the map: all joints share the map of offsets.
                grid = np.stack(np.divmod(np.arange(joints), 5), -1)[:, ::-1]
                places = (x, y) + (width, height) * (0.1 + 0.2 * grid)
                keypoints = np.column_stack((places, np.full(joints, 2)))
                annotations[-1] |= {
                    "keypoints": keypoints.ravel().tolist(),
                    "num_keypoints": joints,
                }
        images = [{"id": i, "height": 480, "width": 640, "file_name": "x"} for i in (1, 1, 2)]
        path = tmp_path / "annotations.json"
        categories = [{"id": 1, "name": "person"}]
        content = {"images": images, "annotations": annotations, "categories": categories}
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.mark.parametrize("joints", [0, 17])
def test_separate_objects_survive(write_annotations, joints):
    data = read_annotations(write_annotations(joints))
    assert len(data.samples) == 2
    inputs = InputSpec(resize="none", dynamic=True)
    assert evaluate_encoding(data, inputs) == pytest.approx(100)
    assert evaluate_encoding(data, inputs, offset=False) < 99


@pytest.mark.parametrize("point", ["projected", "amodal"])
def test_kitti_labels_survive(shared, point):
    folder = shared / "data/kitti/training"
    paths = sorted((folder / "label_2").iterdir())
    frames = [(path.stem, parse_kitti_labels(path.read_text())) for path in paths]
    projections = {
        path.stem: parse_kitti_calibration((folder / "calib" / path.name).read_text())
        for path in paths
    }
    errors = measure_encoding(iter(frames), projections, point)
    assert errors["encoded"] > 80
    assert errors["dimension"].max() < 1e-6
    assert errors["alpha"].max() < 1e-6
    # The network's depth is z, while un-projection takes z + P23 (5 mm at most) as the authors'.
    assert errors["z"].max() < 0.006
    assert errors["x"].max() < 0.006
    assert errors["y"].max() < 0.006
    # The centres of 2D boxes are not the projected centres.
    paper = measure_encoding(iter(frames), projections)
    assert paper["x"].mean() > 10 * errors["x"].mean()
    assert paper["dimension"].max() < 1e-6


def test_orientation_survives():
    alphas = np.linspace(-np.pi, np.pi, 73)
    encoded = [encode_alpha(alpha) for alpha in alphas]
    assert all(any(bins) for bins, _ in encoded)
    bins, residuals = (np.array(values) for values in zip(*encoded))
    assert encode_orientations(bins, residuals).shape == (73, 8)
    centres = np.array([-np.pi / 2, np.pi / 2])
    restored = np.exp(1j * (residuals + centres))
    assert np.allclose(restored[bins], np.repeat(np.exp(1j * alphas)[:, None], 2, 1)[bins])


def test_count_operations():
    # 45.4 and 26.6 GFLOP were counted for these with other tools.
    assert count_operations("res_18", (512, 512))[1] / 1e9 == pytest.approx(45.4, rel=0.02)
    assert count_operations("resdcn_18", (512, 512))[1] / 1e9 == pytest.approx(26.6, rel=0.02)
