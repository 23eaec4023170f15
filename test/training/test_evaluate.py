"""The evaluation of data in any layout."""

import json
from dataclasses import replace

import pytest

from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from training import evaluate
from training.engine.settings import HEADS

SPEC = ModelSpec("tiny", {"hm": 2, **HEADS["ctdet"]}, ("blue", "red"), InputSpec((64, 64)))


@pytest.fixture
def call(monkeypatch, tmp_path):
    """Evaluate an untrained network of a description."""

    def call_main(spec, *options):
        save_model(create_model(spec), tmp_path / "a.pt")
        command = ["evaluate.py", *options, "--model", tmp_path / "a.pt", "--device", "cpu"]
        monkeypatch.setattr("sys.argv", list(map(str, command)))
        return evaluate.main()

    return call_main


@pytest.mark.parametrize("layout", ["coco", "voc beside the images", "yolo of labelimg"])
def test_layouts_have_the_same_figures(call, own, layout, tmp_path, capsys):
    figures = tmp_path / "figures.json"
    assert call(SPEC, own(layout), "--json", figures) == 0
    found = json.loads(figures.read_text())
    assert call(SPEC, own("yolo in parts"), "--split", "validation", "--json", figures) == 0
    assert found == json.loads(figures.read_text())
    assert "AP50" in capsys.readouterr().out


def test_objects_in_space(call, own, capsys):
    spec = ModelSpec(
        "tiny", {"hm": 1, **HEADS["ddd"]}, ("Car",), InputSpec((64, 64)), focal_length=50.0
    )
    assert call(spec, own("kitti")) == 0
    assert capsys.readouterr().out.startswith("Car_3d_moderate  0.0000\n")


def test_what_does_not_fit_is_named(call, own, capsys):
    assert call(SPEC, own("kitti")) == 1
    assert "kitti: labels for ddd, expected those for ctdet, which " in capsys.readouterr().err
    assert call(replace(SPEC, class_names=("cat", "dog")), own("coco")) == 1
    assert "classes blue, red, expected some of the network's: cat, dog" in capsys.readouterr().err
