import json

import pytest

from benchmarks.bench import main
from benchmarks.frame_stages import PUBLISH_ALL, STAGES
from benchmarks.models import HEADS
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from centernet_ros.models.joint import join_specs


@pytest.fixture
def checkpoint(tmp_path):
    heads = {"hm": 2, "wh": 2, "reg": 2}
    spec = ModelSpec("mobilenetv3", heads, ("a", "b"), InputSpec((64, 64)))
    save_model(create_model(spec), tmp_path / "model.pt")
    return str(tmp_path / "model.pt")


@pytest.mark.slow
def test_frames(checkpoint, tmp_path, capsys):
    output = tmp_path / "rows.json"
    arguments = ["--models", checkpoint, "--backends", "torch", "--repetitions", "2"]
    assert main(["frames", *arguments, "--json", str(output)]) == 0
    authors, ours = json.loads(output.read_text())
    assert authors["backend"] == "authors"
    assert authors["speed_up"] == 1
    stages = (*STAGES, PUBLISH_ALL)
    assert all(ours[stage] > 0 for stage in stages)
    assert 0 < ours["outside_network"] < 1
    assert "speed up" in capsys.readouterr().out


def test_input_of_the_images_shape(tmp_path, capsys):
    heads = {"hm": 2, "wh": 2, "reg": 2}
    spec = ModelSpec(
        "mobilenetv3",
        heads,
        ("a", "b"),
        InputSpec((128, 128), "contain", "bottom_right", dynamic=True),
    )
    save_model(create_model(spec), tmp_path / "model.pt")
    arguments = ["--models", str(tmp_path / "model.pt"), "--backends", "torch"]
    assert main(["frames", *arguments, "--repetitions", "1"]) == 0
    assert "input 96x128" in capsys.readouterr().out  # 72 rows of an image of 1280x720


def test_trace(checkpoint, tmp_path):
    trace = tmp_path / "trace.json"
    assert main(["frames", "--models", checkpoint, "--profile", str(trace)]) == 0
    assert "traceEvents" in json.loads(trace.read_text())


def test_unknown_model(capsys):
    assert main(["frames", "--models", "res_18:flow"]) == 1
    assert "task 'flow', expected one of" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("task", ["multi_pose", "ddd"])
def test_every_task_at_a_size(task, tmp_path):
    output = tmp_path / "rows.json"
    arguments = ["--models", f"mobilenetv3:{task}:64x128", "--backends", "torch"]
    assert main(["frames", *arguments, "--repetitions", "1", "--json", str(output)]) == 0
    assert [row["input"] for row in json.loads(output.read_text())] == ["64x128"] * 2


@pytest.mark.slow
def test_joint_network_against_a_network_for_each_task(tmp_path):
    size = InputSpec((64, 128))
    parts = [
        ModelSpec("mobilenetv3", HEADS["ctdet"], ("a",) * 80, size),
        ModelSpec("mobilenetv3", HEADS["ddd"], ("a", "b", "c"), size),
    ]
    save_model(create_model(join_specs(parts)), tmp_path / "joint.pt")
    output = tmp_path / "rows.json"
    arguments = ["--models", str(tmp_path / "joint.pt"), "--backends", "torch"]
    assert main(["frames", *arguments, "--repetitions", "1", "--json", str(output)]) == 0
    authors, ours = json.loads(output.read_text())
    assert authors["backend"] == "authors"
    assert authors["network"] > 0
    assert ours["decode"] > 0


@pytest.mark.parametrize("size", ["64", "64x65", "64x96x3", "ax64"])
def test_size_that_networks_do_not_take(size, capsys):
    assert main(["frames", "--models", f"mobilenetv3:ddd:{size}"]) == 1
    assert f"size '{size}', expected HEIGHTxWIDTH" in capsys.readouterr().err
