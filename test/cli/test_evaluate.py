"""The evaluation command, by the files it leaves."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
import rclpy
import torch
from sensor_msgs.msg import Image as ImageMessage
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.conversions.bag import BagWriter, read_messages
from centernet_ros.conversions.camera_info import rectified_camera_info
from centernet_ros.conversions.image import image_to_message
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from centernet_ros.replay.data_set_bag import make_header
from centernet_ros.structures import Image
from centernet_ros.weights.store import DEFAULT_MODEL, POSE_MODEL, stored_weights


def run(*arguments):
    path = find_spec("centernet_ros.cli.evaluate").origin
    return subprocess.run(
        [sys.executable, path, *map(str, arguments)], capture_output=True, text=True
    )


def read_figures(done, output):
    assert done.returncode == 0, done.stderr
    return json.loads((output / "figures.json").read_text())


# What is exported for OpenVINO takes ten seconds, and the published models go through it.
PLAIN = ("--set", "backend=torch")


@pytest.fixture
def random_model(tmp_path):
    path = tmp_path / "random.pt"
    spec = ModelSpec("mobilenetv3", {"hm": 1, "wh": 2}, ("person",), InputSpec((64, 64)))
    model = create_model(spec)
    torch.nn.init.constant_(model.head["wh"][-1].bias, 3.0)  # else boxes have no area
    save_model(model, path)
    return path


@pytest.fixture
def coco_mini(shared):
    return shared / "data/coco_mini"


def skip_without(model):
    if not stored_weights(model).is_file():
        pytest.skip("the published weights have not been fetched")


def test_published_detections_reach_the_published_precision(domain, coco_mini, tmp_path):
    skip_without(DEFAULT_MODEL)
    figures = read_figures(run(coco_mini, "--output", tmp_path), tmp_path)
    frames = figures["frames"]
    assert (frames["processed"], frames["lost"], frames["doubled"]) == (79, 0, 0)
    metrics = figures["scores"]["detections"]["metrics"]
    assert metrics["AP"] == pytest.approx(0.3067, abs=5e-5)
    assert metrics["AP50"] == pytest.approx(0.5027, abs=5e-5)
    assert figures["scores"]["detections"]["classes"]["person"]["objects"] > 100


def test_published_persons_reach_the_published_precision(domain, coco_mini, tmp_path):
    skip_without(POSE_MODEL)
    settings = ["--models", POSE_MODEL, "--set", "max_detections=6"]
    figures = read_figures(run(coco_mini, *settings, "--output", tmp_path), tmp_path)
    assert figures["frames"]["processed"] == 79
    metrics = figures["scores"]["keypoints"]["metrics"]
    print(f"AP {metrics['AP']:.4f}, AP50 {metrics['AP50']:.4f}")
    assert metrics["AP"] >= 0.298
    assert metrics["AP50"] >= 0.463


def test_everything_is_written(domain, coco_folder, random_model, tmp_path):
    output = tmp_path / "evaluation"
    done = run(coco_folder, "--models", random_model, *PLAIN, "--output", output, "--report")
    figures = read_figures(done, output)
    assert figures["frames"] == {
        "published": 3, "received": 3, "doubled": 0, "processed": 3, "dropped": 0, "failed": 0,
        "lost": 0,
    }  # fmt: skip
    assert figures["timing"]["latency_p50_s"] > 0
    assert figures["scores"]["detections"]["classes"]["person"]["objects"] == 1
    table = (output / "table.txt").read_text()
    assert re.search(r"processed +3", table)
    assert table in done.stdout
    report = (output / "report.html").read_text()
    assert "detections: 1 of 1 missed" in report
    # Nothing but what is embedded.
    assert report.count("src=") == report.count('src="data:image/') >= 3


def test_a_synthetic_drive_gets_figures_and_a_video(domain, root, tmp_path):
    pytest.importorskip("numba", reason="rendering needs the extra training")
    drive, output = tmp_path / "drive", tmp_path / "evaluation"
    render = [sys.executable, root / "training/make_scenes.py", "--output", drive, "--drive"]
    render += ["--frames", "3", "--size", "320", "96", "--supersampling", "1"]
    subprocess.run(render, check=True, capture_output=True)
    heads = {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2}
    names = ("Pedestrian", "Car", "Cyclist")
    spec = ModelSpec("mobilenetv3", heads, names, InputSpec((64, 192), "width"))
    save_model(create_model(spec), tmp_path / "random3d.pt")
    models = ["--models", tmp_path / "random3d.pt", *PLAIN]
    done = run(drive / "training", *models, "--output", output, "--video")
    figures = read_figures(done, output)
    assert (figures["frames"]["processed"], figures["frames"]["lost"]) == (3, 0)
    assert set(figures["scores"]["detections_3d"]["classes"]) == set(names)
    assert not (output / "report.html").exists()
    assert (
        f"in {output}: table.txt, figures.json, recorded (rosbag2), annotated.mp4" in done.stdout
    )
    video = cv2.VideoCapture(str(output / "annotated.mp4"))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 3
    assert video.get(cv2.CAP_PROP_FPS) == 10
    assert video.read()[1].shape == (96, 320, 3)


def test_depth_images_are_played(domain, random_model, tmp_path):
    """The images that have one get boxes in space, at its distance."""
    bag, output = tmp_path / "rgbd", tmp_path / "evaluation"
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    wall = np.full((64, 64), 4000, "<u2")
    depth = ImageMessage(encoding="16UC1", width=64, height=64, step=128, data=wall.tobytes())
    with BagWriter(bag) as writer:
        info = rectified_camera_info(np.diag([50.0, 50, 1, 1])[:3], 64, 64)
        writer.write("/camera_info", info, 1)
        for i in (1, 2, 3):
            header = make_header(2 * i * 10**9)
            writer.write("/image_rect", image_to_message(Image(pixels), header), i * 10**8)
            depth.header = header
            if i != 2:
                writer.write("/depth/image_rect", depth, i * 10**8 + 1)
    done = run(bag, "--models", random_model, *PLAIN, "--output", output, "--depth")
    figures = read_figures(done, output)
    assert (figures["frames"]["processed"], figures["frames"]["lost"]) == (3, 0)
    recorded = read_messages(output / "recorded", [Detection3DArray])
    messages = [message for _, _, message in recorded]
    assert len(messages) == 2
    for message in messages:
        assert {d.bbox.center.position.z for d in message.detections} == {4.0}


def test_depth_needs_a_bag(domain, coco_folder, tmp_path):
    done = run(coco_folder, "--output", tmp_path, "--depth")
    assert done.returncode == 1
    assert f"{coco_folder}: no bag, expected one with depth images for --depth" in done.stderr
    assert "Traceback" not in done.stderr


def test_at_a_rate_every_frame_is_accounted_for(domain, coco_folder, tmp_path):
    """And what cannot be scored is said."""
    spec = ModelSpec("mobilenetv3", {"hm": 1, "wh": 2}, ("ghost",), InputSpec((64, 64)))
    save_model(create_model(spec), tmp_path / "ghost.pt")
    output = tmp_path / "evaluation"
    models = ["--models", tmp_path / "ghost.pt", *PLAIN]
    done = run(coco_folder, *models, "--output", output, "--rate", "50")
    figures = json.loads((output / "figures.json").read_text())
    frames = figures["frames"]
    assert frames["published"] == 3
    assert sum(frames[fate] for fate in ("processed", "dropped", "failed", "lost")) == 3
    assert done.returncode == (1 if frames["lost"] else 0)
    assert figures["scores"] == {}
    assert "the detector finds ghost, none of which is in the ground truth" in figures["notes"][0]


@pytest.mark.parametrize(
    ("topic", "kind"),
    [("/image", ImageMessage), ("/detector/detections", Detection2DArray)],
)
def test_other_nodes_that_publish_are_named(
    domain, coco_folder, random_model, tmp_path, topic, kind
):
    rclpy.init()
    try:
        node = rclpy.create_node("other", namespace="robot")
        node.create_publisher(kind, topic, 10)
        done = run(coco_folder, "--models", random_model, "--output", tmp_path / "out", *PLAIN)
    finally:
        rclpy.try_shutdown()
    assert done.returncode == 1
    assert re.search(rf"'{topic}' is published by .*/robot/other: the results", done.stderr)
    assert "Traceback" not in done.stderr


def test_kitti_folder_without_images_is_named(domain, tmp_path):
    for folder in ("label_2", "calib"):
        (tmp_path / folder).mkdir()
    (tmp_path / "label_2/000001.txt").write_text("")
    (tmp_path / "calib/000001.txt").write_text("P2: 700 0 600 44 0 700 180 0 0 0 1 0\n")
    done = run(tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path}/image_2/000001.png: no such image" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda folder: shutil.rmtree(folder),
            "no such file or folder, expected labelled images; or a rosbag2",
        ),
        (lambda folder: (folder / "val2017/5.png").unlink(), "5.png: no such image"),
        (
            lambda folder: (folder / "annotations/instances_val2017.json").unlink(),
            "no labels of a known layout, expected COCO (a JSON file with images, annotations and",
        ),
        (
            lambda folder: (folder / "annotations/instances_val2017.json").write_text("[]"),
            "instances_val2017.json: not an object, expected images, annotations, categories",
        ),
    ],
)
def test_bad_data_is_named(domain, coco_folder, spoil, message):
    spoil(coco_folder)
    done = run(coco_folder)
    assert done.returncode == 1
    assert message in done.stderr
    assert str(coco_folder) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rate", "0"], "0 is not in 0..1000, expected Hz"),
        (["--rate", "fast"], "expected max, recorded or Hz"),
        (["--detector", "a", "--models", "b"], "not for --detector"),
        (["--set", "input_resize"], "--set input_resize: expected NAME=VALUE"),
    ],
)
def test_bad_arguments_are_named(domain, coco_folder, tmp_path, arguments, message):
    earlier = tmp_path / "evaluation" / "recorded" / "recorded.mcap"
    earlier.parent.mkdir(parents=True)
    earlier.touch()
    done = run(coco_folder, *arguments, "--output", tmp_path / "evaluation")
    assert done.returncode
    assert message in done.stderr
    assert earlier.exists()
    assert "Traceback" not in done.stderr
