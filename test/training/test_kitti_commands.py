"""Training from few frames and many, and the figures of the checkpoint."""

import json
import re
import runpy
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from centernet_ros.io.kitti_format import parse_kitti_labels
from centernet_ros.labels import COCO_CLASSES
from centernet_ros.models import InputSpec, ModelSpec, create_model, load_model, save_model
from centernet_ros.structures import Boxes3D
from training import evaluate_kitti, train_kitti, train_roads
from training.engine.evaluate import evaluate
from training.engine.settings import HEADS

LABELS = (
    "Car 0.00 0 -1.58 60.0 40.0 100.0 70.0 1.5 1.6 4.0 0.0 1.6 20.0 -1.57\n"
    "DontCare -1 -1 -10 10.0 40.0 20.0 50.0 -1 -1 -1 -1000 -1000 -1000 -10\n"
)
CALIBRATION = "P2: 400 0 80 0 0 400 30 0 0 0 1 0\n"


@pytest.fixture
def write_frames(tmp_path):
    def write(name, count):
        folder = tmp_path / name
        for part in ("image_2", "label_2", "calib"):
            (folder / part).mkdir(parents=True)
        for i in range(count):
            pixels = np.random.default_rng(i).integers(0, 255, (96, 160, 3), np.uint8)
            cv2.imwrite(str(folder / f"image_2/{i:06}.png"), pixels)
            (folder / f"label_2/{i:06}.txt").write_text(LABELS)
            (folder / f"calib/{i:06}.txt").write_text(CALIBRATION)
        return folder

    return write


def call(main, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["command", *map(str, words)])
    return main()


def test_few_frames_and_many_make_an_epoch(write_frames, monkeypatch, capsys, tmp_path, root):
    changes = {
        "arch": "tiny", "epochs": 1, "batch_size": 2, "workers": 0, "precision": "32-true",
        "input.size": "[32, 64]",
    }  # fmt: skip
    status = call(
        train_kitti.main, monkeypatch, "--data", write_frames("real", 2), "--repeat", 3,
        "--also", write_frames("scenes", 4), write_frames("more", 3), "--config",
        root / "config/training/roads_mobilenetv3.yaml", "--output", tmp_path / "run",
        "--device", "cpu", *(f"--{name}={value}" for name, value in changes.items()),
    )  # fmt: skip
    out, err = capsys.readouterr()
    assert status == 0, err
    assert "13 to learn from" in out
    # Of 64 columns 53 are filled by images of 160 with a focal length of 400.
    spec = load_model(tmp_path / "run/last.pt").spec
    assert spec.focal_length == spec.input.focal_length == pytest.approx(400 * 53 / 160)


def test_classes_may_be_any(write_frames, monkeypatch, capsys, tmp_path):
    data = write_frames("hall", 3)
    for path in (data / "label_2").iterdir():
        path.write_text(LABELS.replace("Car", "Forklift") + LABELS.replace("Car", "Person"))
    split = tmp_path / "val.txt"
    split.write_text("000000\n")
    status = call(
        train_kitti.main, monkeypatch, "--data", data, "--validation-split", split,
        "--classes", "Forklift", "Pallet", "--arch", "tiny", "--epochs", 1, "--batch_size", 2,
        "--input.size", "[32, 64]", "--workers", 0, "--device", "cpu", "--output", tmp_path / "a",
    )  # fmt: skip
    out, err = capsys.readouterr()
    assert status == 0, err
    assert "3 objects 'Person', which is none of Forklift, Pallet: passed over" in out
    assert load_model(tmp_path / "a/best.pt").spec.class_names == ("Forklift", "Pallet")
    figures = json.loads((tmp_path / "a/figures.json").read_text())["validation"]
    assert next(iter(figures)) == "mean_3d_moderate"
    assert {"Forklift_2d_easy", "Pallet_bev_hard"} < figures.keys()


def test_roads_are_learned_by_one_command(write_frames, monkeypatch, capsys, tmp_path):
    """Broken off in the second training, on scenes, it goes on there."""
    pytest.importorskip("numba", reason="rendering needs the extra training")
    start, output = tmp_path / "coco.pt", tmp_path / "roads"
    split = tmp_path / "val.txt"
    split.write_text("000000\n")
    heads = {"hm": len(COCO_CLASSES), **HEADS["ctdet"]}
    save_model(create_model(ModelSpec("tiny", heads, COCO_CLASSES)), start)
    run, begun = subprocess.run, []

    def run_here(command, check):
        """Trainings in this process, which knows the tiny network."""
        begun.append(command)
        if len(begun) == 3:
            raise subprocess.CalledProcessError(7, command)
        if "make_scenes" in command[1]:
            run(command, check=check, capture_output=True)
        else:
            monkeypatch.setattr(sys, "argv", command[1:])
            with pytest.raises(SystemExit, match=r"^0$"):
                runpy.run_path(command[1], run_name="__main__")

    monkeypatch.setattr(subprocess, "run", run_here)
    monkeypatch.setattr(train_roads, "EPOCH", 16)
    changes = {
        "arch": "tiny", "init_weights": start, "epochs": 1, "workers": 0, "precision": "32-true",
        "input.size": "[32, 64]",
    }  # fmt: skip
    options = (
        "--data", write_frames("real", 1), "--output", output, "--scenes", 8,
        "--render-workers", 1, "--validation-split", split,
        "--device", "cpu", *(f"--{name}={value}" for name, value in changes.items()),
    )  # fmt: skip
    assert call(train_roads.main, monkeypatch, *options) == 7
    assert call(train_roads.main, monkeypatch, *options) == 0
    programs = [command[1].rpartition("/")[2] for command in begun]
    assert programs == ["make_scenes.py", *["train_kitti.py"] * 8]
    printed = capsys.readouterr().out
    assert printed.count("images: 8 to learn from;") == 2
    # The frame as often as makes an epoch.
    assert printed.count("16 to learn from;") == 1
    assert printed.count("16 to learn from, 1 to choose by") == 4
    initial, heads, trained = (
        load_model(path).state_dict()
        for path in (output / "scenes_all/last.pt", output / "heads/last.pt", output / "last.pt")
    )
    trunk = "convs.0.0.weight"
    assert torch.equal(initial[trunk], heads[trunk])
    assert not torch.equal(heads[trunk], trained[trunk])
    assert call(train_roads.main, monkeypatch, *options) == 0
    assert len(begun) == 9
    assert load_model(output / "last.pt").spec.orientation == "rotation_y"
    assert load_model(output / "last.pt").spec.input.size == (320, 1056)


def test_roads_say_what_is_missing_before_they_render(monkeypatch, capsys, tmp_path):
    options = ("--data", tmp_path, "--output", tmp_path / "roads")
    assert call(train_roads.main, monkeypatch, *options) == 1
    assert (
        f"{tmp_path}/label_2: no frames, expected names such as 000001.txt"
        in capsys.readouterr().err
    )
    assert not (tmp_path / "roads").exists()


def test_evaluation_of_a_checkpoint(write_frames, monkeypatch, capsys, tmp_path):
    data = write_frames("real", 2)
    spec = ModelSpec(
        "tiny",
        {"hm": 3, **HEADS["ddd"]},
        ("Pedestrian", "Car", "Cyclist"),
        InputSpec((32, 64), "width"),
        focal_length=160.0,
    )
    save_model(create_model(spec), tmp_path / "a.pt")
    options = ("--data", data, "--model", tmp_path / "a.pt", "--device", "cpu")
    output = tmp_path / "figures.json"
    status = call(
        evaluate_kitti.main, monkeypatch, *options, "--overlaps", "official", "authors",
        "--json", output,
    )  # fmt: skip
    assert status == 0
    out = capsys.readouterr().out
    assert "2 frames" in out
    assert re.search(r"20-30 m: \d of 2 objects found", out)
    assert list(json.loads(output.read_text())) == ["official", "authors"]
    save_model(create_model(ModelSpec("tiny", {"hm": 2, **HEADS["ctdet"]}, ("a", "b"))), output)
    options = ("--data", data, "--model", output)
    assert call(evaluate_kitti.main, monkeypatch, *options) == 1
    assert "figures.json: expected a 3D network" in capsys.readouterr().err
    save_model(create_model(replace(spec, class_names=("a", "b", "c"))), tmp_path / "a.pt")
    options = ("--data", data, "--model", tmp_path / "a.pt", "--device", "cpu")
    assert call(evaluate_kitti.main, monkeypatch, *options) == 1
    assert "only objects of 'Car', expected some of: a, b, c" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        call(evaluate_kitti.main, monkeypatch, "--data", data)
    assert "expected --data and --model, or --labels" in capsys.readouterr().err


def test_objects_are_counted_by_the_pixels_of_one_camera(
    write_frames, monkeypatch, capsys, tmp_path
):
    """The only object is 30 pixels high at a focal length of 400: moderate, and not easy."""
    data = write_frames("frames", 1)
    spec = ModelSpec(
        "tiny", {"hm": 3, **HEADS["ddd"]}, ("Pedestrian", "Car", "Cyclist"), InputSpec((32, 64)),
        focal_length=160.0,
    )  # fmt: skip
    save_model(create_model(spec), tmp_path / "a.pt")
    gt = parse_kitti_labels(LABELS)
    perfect = Boxes3D(
        gt.boxes[:1], np.ones(1), np.ones(1, int), gt.locations[:1], gt.dimensions[:1],
        gt.rotations_y[:1], gt.alphas[:1], np.ones(1),
    )  # fmt: skip
    monkeypatch.setattr("training.engine.evaluate.evaluate", lambda *arguments: [perfect])
    options = ("--data", data, "--model", tmp_path / "a.pt", "--device", "cpu")

    def count(*more):
        assert call(evaluate_kitti.main, monkeypatch, *options, *more) == 0
        [line] = re.findall("Car +2d +R11 +(.*)", capsys.readouterr().out)
        return [float(value) > 0 for value in line.split()]

    assert count() == [False, True, True]
    assert count("--focal-length", "600") == [True, True, True]
    assert count("--focal-length", "300") == [False, False, False]


def test_depths_without_the_correction(write_frames, monkeypatch, capsys, tmp_path):
    data = write_frames("frames", 1)
    spec = ModelSpec(
        "tiny", {"hm": 3, **HEADS["ddd"]}, ("Pedestrian", "Car", "Cyclist"),
        InputSpec((64, 160), "width"), focal_length=800.0,
    )  # fmt: skip
    save_model(create_model(spec), tmp_path / "a.pt")
    options = ("--data", data, "--model", tmp_path / "a.pt", "--device", "cpu")
    depths = []

    def note(predict, samples, task):
        [predictions] = evaluate(predict, samples, task)
        depths.append(predictions.locations[:, 2])
        return [predictions]

    monkeypatch.setattr("training.engine.evaluate.evaluate", note)
    for more in ((), ("--uncorrected",)):
        assert call(evaluate_kitti.main, monkeypatch, *options, *more) == 0
    # A camera of half the focal length sees an object of that size at half the distance.
    corrected, uncorrected = depths
    assert corrected == pytest.approx(uncorrected / 2, rel=1e-4)


def test_options_of_cameras_need_images(monkeypatch, capsys, tmp_path):
    with pytest.raises(SystemExit):
        call(evaluate_kitti.main, monkeypatch, "--labels", tmp_path, "--focal-length", "700")
    assert "--focal-length and --uncorrected are for --data" in capsys.readouterr().err
