"""A perfect network's published 3D boxes are the ground truth, whatever the camera."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from sensor_msgs.msg import RegionOfInterest
from std_msgs.msg import Header
from vision_msgs.msg import Detection3DArray

from centernet_ros.conversions.camera_info import rectified_camera_info
from centernet_ros.conversions.image import image_to_message
from centernet_ros.evaluation.kitti_ap import evaluate_kitti
from centernet_ros.formats.kitti import (
    KittiLabels,
    parse_kitti_calibration,
    parse_kitti_labels,
)
from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.models import load_model
from centernet_ros.nodes.detector import Detector
from centernet_ros.predictor import Predictor
from centernet_ros.preprocessing import preprocess
from centernet_ros.structures import Image
from centernet_ros.tools.node_process import ros_arguments

sys.path.append(str(Path(__file__).parent))
from oracle import INPUT, OracleCamera, Scene, save_network

SIZE = (375, 1242)
P2 = np.array(
    [
        [721.5377, 0, 609.5593, 44.85728],
        [0, 721.5377, 172.854, 0.2163791],
        [0, 0, 1, 0.002745884],
    ]
)


def as_it_came(projection, size):
    return rectified_camera_info(projection, *size), size, OracleCamera(projection)


def resized(projection, size):
    """To 60 % of the width and half the height; CameraInfo still describes the full picture."""
    height, width = round(size[0] * 0.5), round(size[1] * 0.6)
    scale = np.diag((width / size[1], height / size[0], 1))
    info = rectified_camera_info(projection, *size)
    return info, (height, width), OracleCamera(scale @ projection)


def cropped(projection, size):
    info = rectified_camera_info(projection, *size)
    info.roi = RegionOfInterest(x_offset=200, y_offset=80, width=900, height=250, do_rectify=True)
    shift = np.array([[1, 0, -200], [0, 1, -80], [0, 0, 1.0]])
    return info, (250, 900), OracleCamera(shift @ projection)


def binned(projection, size):
    """By two; of odd sides the last pixel is lost."""
    info = rectified_camera_info(projection, *size)
    info.binning_x = info.binning_y = 2
    camera = OracleCamera(np.diag((0.5, 0.5, 1)) @ projection)
    return info, (size[0] // 2, size[1] // 2), camera


def cropped_and_binned(projection, size):
    info = cropped(projection, size)[0]
    info.binning_x = info.binning_y = 2
    matrix = np.array([[0.5, 0, -100], [0, 0.5, -40], [0, 0, 1]])
    return info, (125, 450), OracleCamera(matrix @ projection)


def of_another_focal_length(projection, size):
    other = projection * [[0.6], [0.6], [1]] + [[0, 0, 200, 0], [0, 0, 50, 0], [0, 0, 0, 0]]
    return rectified_camera_info(other, *size), size, OracleCamera(other)


def raw(projection, size):
    """Not rectified: K and D instead of P."""
    matrix = np.hstack((projection[:, :3], np.zeros((3, 1))))
    distortion = (-0.1, 0.01, 0.0005, -0.0003, 0.0)
    info = rectified_camera_info(np.full((3, 4), np.nan), *size)
    info.k, info.d = projection[:, :3].ravel().tolist(), list(distortion)
    return info, size, OracleCamera(matrix, distortion)


RECTIFIED = (as_it_came, resized, cropped, binned, cropped_and_binned, of_another_focal_length)


@pytest.fixture
def start_oracle(request, monkeypatch, tmp_path):
    """The detector in this process, its network replaced by what find_maps gives for a batch."""
    detectors = []

    def start(find_maps, **parameters):
        monkeypatch.setattr(
            Predictor,
            "_compute_maps",
            lambda _, batch: {"ddd": {k: torch.clone(v) for k, v in find_maps(batch).items()}},
        )
        model = save_network(tmp_path / "oracle.pt")
        # All of the truth, and nothing of the Gaussians around it.
        given = {"models": [str(model)], "device": "cpu", "score_threshold": 0.99999}
        monkeypatch.setattr(sys, "argv", ["detector", *ros_arguments(given | parameters)])
        talker = request.getfixturevalue("talker")
        detectors.append(Detector())
        talker.add_node(detectors[0])
        return talker

    yield start
    for detector in detectors:
        detector.destroy_node()


class Comparison:
    """Largest errors of published boxes against labels."""

    def __init__(self):
        self.centre = self.angle = self.size = 0.0
        self.count = self.farthest = 0

    def add(self, message, labels):
        assert len(message.detections) == len(labels.names)
        middles = labels.locations - labels.dimensions[:, :1] / 2 * [0, 1, 0]
        boxes = [detection.bbox for detection in message.detections]
        positions = [box.center.position for box in boxes]
        found = np.array([(p.x, p.y, p.z) for p in positions]).reshape(-1, 3)
        nearest = [np.linalg.norm(middles - position, axis=1).argmin() for position in found]
        assert len(set(nearest)) == len(nearest)
        for detection, box, position, i in zip(message.detections, boxes, found, nearest):
            self.count += 1
            self.farthest = max(self.farthest, labels.locations[i, 2])
            self.centre = max(self.centre, np.linalg.norm(middles[i] - position))
            # Body axes: x forward, y left, z up; x and z of the frame are to the right and ahead.
            q = box.center.orientation
            forward = rotate((q.w, q.x, q.y, q.z), (1, 0, 0))
            up = rotate((q.w, q.x, q.y, q.z), (0, 0, 1))
            heading = np.arctan2(-forward[2], forward[0])
            self.angle = max(
                self.angle, abs(wrap_angle(heading - labels.rotations_y[i])), abs(1 + up[1])
            )
            height, width, length = labels.dimensions[i]
            size = np.array((box.size.x, box.size.y, box.size.z)) - (length, width, height)
            self.size = max(self.size, np.abs(size).max())
            label = int(detection.results[0].hypothesis.class_id)
            assert KITTI_CLASSES[label] == labels.names[i]

    def check(self, name):
        print(
            f"{name}: {self.count} boxes up to {self.farthest:.1f} m: centre {self.centre:.1e} m, "
            f"orientation {self.angle:.1e} rad, size {self.size:.1e} m"
        )
        assert self.centre < 0.05
        assert self.angle < 1e-3
        assert self.size < 1e-6


def rotate(quaternion, vector):
    """A vector turned by w x y z."""
    w, *v = quaternion
    v, vector = np.array(v), np.array(vector)
    return vector + 2 * np.cross(v, np.cross(v, vector) + w * vector)


class Oracle:
    """Publishes scenes to the detector that knows their maps."""

    def __init__(self, start_oracle, **parameters):
        self._talker = start_oracle(lambda _: self._maps, **parameters)
        self._found = self._talker.collect(Detection3DArray, "/detector/detections_3d")

    def compare(self, frames, make_camera):
        """Detect every frame as a camera sees it; how many objects there were.

        Args:
            frames: labels, projection and picture size of each.
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


def test_made_up_objects_in_a_raw_picture(start_oracle):
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
        batch, _ = preprocess([image], INPUT)
        scene = Scene(labels, size, OracleCamera(projection))
        scenes[float(batch.sum())] = scene, image, projection, labels
    talker = start_oracle(
        lambda batch: scenes[float(batch.sum())][0].maps,
        rectified=True,
        image_transport="compressed",
    )
    command = [sys.executable, find_spec("centernet_ros.tools.evaluate").origin]
    output = tmp_path / "evaluation"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, kitti, "--detector", "detector", "--output", output],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        talker.spin_until(lambda: process.poll() is not None, timeout=120)
    assert process.returncode == 0, (tmp_path / "log").read_text()
    figures = json.loads((output / "figures.json").read_text())
    assert figures["frames"]["processed"] == len(kitti_frames)
    metrics = figures["scores"]["detections_3d"]["metrics"]
    predict = Predictor(load_model(tmp_path / "oracle.pt"))
    found = []
    for _, image, projection, _ in scenes.values():
        [boxes] = predict([image], [projection])
        found.append(as_labels(boxes[boxes.scores >= 0.99999]))
    expected = evaluate_kitti([labels for *_, labels in scenes.values()], found)
    for name, of_class in expected.items():
        for metric in ("bev", "3d"):
            for i, level in enumerate(("easy", "moderate", "hard")):
                value = of_class[metric]["R40"][i]
                print(f"{name} {metric} {level}: {value:.2f}")
                assert metrics[f"{name}_{metric}_{level}"] == pytest.approx(value, abs=1e-6)


def as_labels(boxes):
    count = len(boxes)
    return KittiLabels(
        tuple(KITTI_CLASSES[label] for label in boxes.labels),
        boxes.boxes.astype(float), boxes.alphas, boxes.dimensions, boxes.locations,
        boxes.rotations_y, np.zeros(count), np.zeros(count), boxes.scores,
    )  # fmt: skip
