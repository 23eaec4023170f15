import json

import cv2
import numpy as np
import pytest
import torch

from centernet_ros.cli.detect import main
from centernet_ros.cli.export import main as export
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from centernet_ros.models.joint import join_specs

HEADS = {
    "ctdet": {"hm": 2, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
}
CALIBRATION = "P2: 700 0 60 4 0 700 30 0 0 0 1 0.005\n"


@pytest.fixture
def write_model(tmp_path):
    def write(*tasks):
        torch.manual_seed(0)
        names = ("cat", "dog", "cow")
        specs = [
            ModelSpec("resdcn_18", HEADS[t], names[: HEADS[t]["hm"]], InputSpec((64, 96)))
            for t in tasks
        ]
        model = create_model(specs[0] if len(specs) == 1 else join_specs(specs))
        for head in model.heads:
            if head.endswith("hm"):
                torch.nn.init.zeros_(model.get_submodule(head)[-1].bias)  # scores about a half
        path = tmp_path / f"{'_'.join(tasks)}.pth"
        save_model(model, path)
        return path

    return write


@pytest.fixture
def images(tmp_path):
    rng = np.random.default_rng(0)
    paths = [tmp_path / name for name in ("12.jpg", "street.png", "wide.png")]
    for path, width in zip(paths, (90, 90, 120)):
        cv2.imwrite(str(path), rng.integers(0, 255, (60, width, 3), dtype=np.uint8))
    return paths


def run(model, output, *files_and_options):
    command = [*map(str, files_and_options), "--model", str(model), "--output", str(output)]
    return main([*command, "--device", "cpu", "--confidence-threshold", "0.01"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "options"),
    [
        ("ctdet", ["--batch-size", "2"]),
        ("ctdet", ["--tta", "scales", "--keep-resolution"]),
        ("multi_pose", ["--tta", "flip", "--nms"]),
    ],
)
def test_images(task, options, write_model, images, tmp_path):
    output = tmp_path / "found"
    assert run(write_model(task), output, *images, *options) == 0
    file = "keypoints.json" if task == "multi_pose" else "detections.json"
    results = json.loads((output / file).read_text())
    assert {result["image_id"] for result in results} == {12, "street", "wide"}
    assert ("keypoints" in results[0]) == (task == "multi_pose")
    for path in images:
        drawn, original = cv2.imread(str(output / path.name)), cv2.imread(str(path))
        assert drawn.shape == original.shape
        assert (drawn != original).any()


def test_3d(write_model, images, tmp_path, capsys):
    model, output = write_model("ddd"), tmp_path / "found"
    assert run(model, output, images[0]) == 1
    assert "3D boxes need the camera" in capsys.readouterr().err
    calibration = tmp_path / "calib.txt"
    calibration.write_text(CALIBRATION)
    assert run(model, output, *images, "--calibration", calibration) == 0
    lines = (output / "street.txt").read_text().splitlines()
    assert 0 < len(lines) <= 100  # as many peaks as there are
    assert {len(line.split()) for line in lines} == {16}
    assert not list(output.glob("*.json"))
    assert cv2.imread(str(output / "wide.png")).shape == (60, 180, 3)
    assert run(model, output, images[0], "--calibration", tmp_path / "none.txt") == 1
    assert "none.txt" in capsys.readouterr().err


@pytest.mark.slow
def test_all_tasks_of_one_network(write_model, images, tmp_path):
    output, calibration = tmp_path / "found", tmp_path / "calib.txt"
    calibration.write_text(CALIBRATION)
    assert run(write_model(*HEADS), output, *images, "--calibration", calibration) == 0
    assert "keypoints" not in json.loads((output / "detections.json").read_text())[0]
    assert "keypoints" in json.loads((output / "keypoints.json").read_text())[0]
    assert (output / "street.txt").read_text()


def test_video(write_model, tmp_path):
    path = tmp_path / "drive.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 12.5, (96, 64))
    for shade in range(5):
        video.write(np.full((64, 96, 3), 40 * shade, np.uint8))
    video.release()
    assert run(write_model("ctdet"), tmp_path / "found", path, "--batch-size", 2) == 0
    written = cv2.VideoCapture(str(tmp_path / "found/drive.mp4"))
    assert written.get(cv2.CAP_PROP_FRAME_COUNT) == 5
    assert written.get(cv2.CAP_PROP_FPS) == 12.5
    results = json.loads((tmp_path / "found/detections.json").read_text())
    assert {r["image_id"] for r in results} == {f"drive_{i:06d}" for i in range(5)}


def test_files_that_cannot_be_read(write_model, images, tmp_path, capsys):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not an image")
    files = [tmp_path / "none.jpg", images[0], broken]
    assert run(write_model("ctdet"), tmp_path / "found", *files) == 1
    lines = [x for x in capsys.readouterr().err.splitlines() if x.startswith("error")]
    assert len(lines) == 2
    assert "none.jpg: no such file" in lines[0]
    assert "broken.jpg: cut off or does not decode" in lines[1]
    assert (tmp_path / "found/12.jpg").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--device", "cuda:99"], "cuda:99"),
        (["--class-names", "names.txt"], "1 class names for a heat map of 2 channels"),
    ],
)
def test_options_that_do_not_fit(
    options, message, write_model, images, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("only one\n")
    command = [str(images[0]), "--model", str(write_model("ctdet")), "--output", "found"]
    assert main([*command, *options]) == 1
    assert message in capsys.readouterr().err


def test_missing_model(images, tmp_path, capsys):
    assert run(tmp_path / "none.pth", tmp_path / "found", images[0]) == 1
    assert "none.pth: no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--keep-resolution"], "one size of input, and a size that follows the image"),
        (["--tta", "scales", "--nms"], "one size of input, and several test scales"),
        (["--tta", "flip"], "exported without --flip"),
    ],
)
def test_what_an_exported_network_cannot_is_one_line(
    options, message, write_model, images, tmp_path, capsys
):
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    model = tmp_path / "model.onnx"
    assert export([str(write_model("ctdet")), str(model)]) == 0
    capsys.readouterr()
    arguments = [images[0], "--backend", "onnxruntime", *options]
    assert run(model, tmp_path / "found", *arguments) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"{model}: " in error
    assert message in error


def test_nothing_of_the_users_is_replaced(write_model, images, tmp_path, capsys):
    model = write_model("ctdet")
    before = {path: path.read_bytes() for path in images}
    assert run(model, tmp_path, *images) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "12.jpg: is read and would be replaced, expected another folder" in error
    assert {path: path.read_bytes() for path in images} == before
    output = tmp_path / "found"
    output.mkdir()
    (output / "detections.json").write_text("mine")
    assert run(model, output, *images) == 1
    assert "detections.json: is there already and was not written" in capsys.readouterr().err
    assert (output / "detections.json").read_text() == "mine"
    assert not (output / "12.jpg").exists()


def test_own_results_are_replaced(write_model, images, tmp_path, capsys):
    model, output = write_model("ctdet"), tmp_path / "found"
    assert run(model, output, *images) == 0
    said = capsys.readouterr().out
    assert said == f"{output}: 3 annotated images, detections.json\n"
    assert run(model, output, *images[:1]) == 0
    assert run(model, output, *images) == 0


def test_results_of_one_name_are_refused(write_model, images, tmp_path, capsys):
    videos = [tmp_path / name for name in ("a.avi", "a.mp4")]
    assert run(write_model("ctdet"), tmp_path / "found", *videos) == 1
    error = capsys.readouterr().err
    assert "would both give a.mp4, expected files of different names" in error


def test_folders_keep_their_places(write_model, tmp_path):
    for name in ("a/1.png", "b/1.png"):
        (tmp_path / "data" / name).parent.mkdir(parents=True)
        cv2.imwrite(str(tmp_path / "data" / name), np.full((60, 90, 3), 99, np.uint8))
    output = tmp_path / "found"
    assert run(write_model("ctdet"), output, tmp_path / "data") == 0
    assert (output / "a/1.png").is_file()
    assert (output / "b/1.png").is_file()
    results = json.loads((output / "detections.json").read_text())
    assert {result["image_id"] for result in results} == {"a/1", "b/1"}


def test_images_that_cannot_be_written_are_named(
    write_model, images, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("cv2.imwrite", lambda *_: False)
    assert run(write_model("ctdet"), tmp_path / "found", images[0]) == 1
    assert "12.jpg: cannot be written" in capsys.readouterr().err


def test_interruption_keeps_what_was_found(write_model, images, tmp_path, capsys, monkeypatch):
    def interrupt(path, _calls=[]):  # noqa: B006 (counts its calls)
        _calls.append(path)
        if len(_calls) == 3:
            raise KeyboardInterrupt
        return cv2.imread(str(path))

    monkeypatch.setattr("centernet_ros.cli.detect.read_image", interrupt)
    assert run(write_model("ctdet"), tmp_path / "found", *images) == 130
    assert "interrupted" in capsys.readouterr().err
    results = json.loads((tmp_path / "found/detections.json").read_text())
    assert {result["image_id"] for result in results} == {12}  # the next one was not done
