"""A perfect network's published 3D boxes are the ground truth, whatever the camera."""

import json
import subprocess
import sys
from importlib.util import find_spec
from itertools import product

import cv2
import numpy as np
import pytest
import torch
from oracle import INPUT, Scene, save_network
from oracle_cameras import P2, RECTIFIED, SIZE, OracleCamera, as_it_came, raw
from oracle_comparison import Comparison
from std_msgs.msg import Header
from vision_msgs.msg import Detection3DArray

from centernet_ros.conversions.image import image_to_message
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.predictor import Predictor
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.io.kitti_format import (
    KittiLabels,
    parse_kitti_calibration,
    parse_kitti_labels,
)
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.metrics.kitti_ap import evaluate_kitti
from centernet_ros.models import load_model
from centernet_ros.nodes.detector.detector import Detector
from centernet_ros.replay.node_process import ros_arguments
from centernet_ros.structures import Image


@pytest.fixture
def start_oracle(request, monkeypatch, tmp_path):
    """The detector in this process, its network replaced by what find_maps gives for a batch."""
    detectors = []

    def start(find_maps, **parameters):
        def compute_maps(_, batch):
            maps = {head: torch.clone(values) for head, values in find_maps(batch).items()}
            return {"ddd": maps}, torch.zeros(len(batch))

        model = save_network(tmp_path / "oracle.pt")
        # All of the truth, and nothing of the Gaussians around it.
        given = {"models": [str(model)], "device": "cpu", "confidence_threshold": 0.99999}
        given["backend"] = "torch"
        monkeypatch.setattr(sys, "argv", ["detector", *ros_arguments(given | parameters)])
        talker = request.getfixturevalue("talker")
        detectors.append(Detector())
        monkeypatch.setattr(EndToEnd, "compute_maps", compute_maps)
        talker.add_node(detectors[0])
        return talker

    yield start
    for detector in detectors:
        detector.destroy_node()


class Oracle:
    """Publishes scenes to the detector that knows their maps."""

    def __init__(self, start_oracle, **parameters):
        self._talker = start_oracle(lambda _: self._maps, **parameters)
        self._found = self._talker.collect(Detection3DArray, "/detector/detections_3d")

    def compare(self, frames, make_camera):
        """Detect every frame as a camera sees it; how many objects there were.

        Args:
            frames: labels, projection and image size of each.
        """
        comparison = Comparison()
        for labels, projection, full_size in frames:
            info, size, camera = make_camera(projection, full_size)
            scene = Scene(labels, size, camera)
            message = self._detect(scene, info, size)
            comparison.add(message, scene.labels)
        comparison.check(make_camera.__name__)
        return comparison.count

    def _detect(self, scene, info, size):
        talker, self._maps = self._talker, scene.maps
        info.header = Header(stamp=talker.stamp(), frame_id="camera_optical_frame")
        image = image_to_message(Image(np.zeros((*size, 3), np.uint8)), info.header)
        talker.publish("camera_info", info)
        talker.acknowledge()
        self._found.clear()
        talker.publish_until("image", lambda: image, lambda: self._found)
        assert self._found[0].header == info.header
        return self._found[0]


def make_labels():
    """Objects of all classes at all ranges and headings; 2D boxes only give Gaussians."""
    rng = np.random.default_rng(0)
    rows = []
    for i, z in enumerate(np.geomspace(4, 120, 24)):
        x = z * rng.uniform(-0.6, 0.6)
        u, v = 721.5 * x / z + 609.6, 172.9 + 721.5 / z
        half = 500 / z
        size = rng.uniform(1.2, 4.5, 3)
        angle = rng.uniform(-np.pi, np.pi)
        rows.append(
            f"{KITTI_CLASSES[i % 3]} 0 0 0 {u - half} {v - half} {u + half} {v + half} "
            f"{size[0]} {size[1]} {size[2]} {x} {1.65} {z} {angle}"
        )
    return parse_kitti_labels("\n".join(rows))


def test_made_up_objects(start_oracle):
    oracle = Oracle(start_oracle, rectified=True)
    for make_camera in RECTIFIED:
        assert oracle.compare([(make_labels(), P2, SIZE)], make_camera) > 15


def test_made_up_objects_in_a_raw_image(start_oracle):
    oracle = Oracle(start_oracle, rectified=False)
    assert oracle.compare([(make_labels(), P2, SIZE)], raw) > 15


@pytest.fixture(scope="session")
def kitti(shared):
    """Folder of real frames."""
    return shared / "data/kitti/training"


@pytest.fixture(scope="session")
def kitti_frames(kitti):
    """Labels, projection and size of the real frames."""
    return [
        (
            parse_kitti_labels(path.read_text()),
            parse_kitti_calibration((kitti / "calib" / path.name).read_text()),
            cv2.imread(str(kitti / "image_2" / f"{path.stem}.png")).shape[:2],
        )
        for path in sorted((kitti / "label_2").glob("*.txt"))
    ]


def test_real_labels(start_oracle, kitti_frames):
    oracle = Oracle(start_oracle, rectified=True)
    assert oracle.compare(kitti_frames, as_it_came) > 100
    for make_camera in RECTIFIED[1:]:
        assert oracle.compare(kitti_frames[::4], make_camera) > 20


def test_replay_scores_what_was_published(start_oracle, kitti, kitti_frames, tmp_path):
    """The command's figures for the oracle are those of encoding and decoding the labels."""
    scenes = {}
    for (labels, projection, size), path in zip(
        kitti_frames, sorted((kitti / "image_2").iterdir())
    ):
        image = Image(cv2.imread(str(path)))
        warped, _ = warp_batch([image], INPUT)
        batch = Normalization(INPUT)(torch.from_numpy(warped))
        scene = Scene(labels, size, OracleCamera(projection))
        scenes[float(batch.sum())] = scene, image, projection, labels
    talker = start_oracle(
        lambda batch: scenes[float(batch.sum())][0].maps,
        rectified=True,
        image_transport="compressed",
    )
    command = [sys.executable, find_spec("centernet_ros.cli.evaluate").origin]
    output = tmp_path / "evaluation"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, kitti, "--detector", "detector", "--output", output, "--report"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        talker.spin_until(lambda: process.poll() is not None, timeout=120)
    assert process.returncode == 0, (tmp_path / "log").read_text()
    figures = json.loads((output / "figures.json").read_text())
    assert figures["frames"]["processed"] == len(kitti_frames)
    metrics = figures["scores"]["detections_3d"]["metrics"]
    predict = Predictor(load_model(tmp_path / "oracle.pt"))
    predictions = []
    for _, image, projection, _ in scenes.values():
        [boxes] = predict([image], [projection])
        predictions.append(as_labels(boxes[boxes.scores >= 0.99999], projection, image.size))
    gt = [labels for *_, labels in scenes.values()]
    for overlaps, compared, suffix in (
        ("official", ("2d", "aos", "bev", "3d"), ""),
        ("authors", ("bev", "3d"), "_authors"),
    ):
        for name, of_class in evaluate_kitti(gt, predictions, overlaps).items():
            for metric, (i, level) in product(compared, enumerate(("easy", "moderate", "hard"))):
                value = of_class[metric]["R40"][i]
                figure = f"{name}_{metric}{suffix}_{level}"
                print(f"{figure}: {value:.2f}")
                assert metrics[figure] == pytest.approx(value, abs=1e-4)


def as_labels(boxes, projection, size):
    """With the 2D boxes of the projected corners, which is what messages tell."""
    count = len(boxes)
    corners = compute_corners(boxes.dimensions, boxes.locations, boxes.rotations_y)
    pixels = project(corners, projection).clip(0, (size[1] - 1, size[0] - 1))
    return KittiLabels(
        np.array([KITTI_CLASSES[label] for label in boxes.labels], dtype=str),
        np.concatenate((pixels.min(1), pixels.max(1)), 1), boxes.alphas, boxes.dimensions,
        boxes.locations, boxes.rotations_y, np.zeros(count), np.zeros(count), boxes.scores,
    )  # fmt: skip
