import math
import subprocess
import sys
from dataclasses import replace

import torch

from centernet_ros.models import create_model, load_model, save_model
from centernet_ros.models.spec import InputSpec, ModelSpec
from training import export_model
from training.engine.settings import HEADS

SPEC = ModelSpec(
    "mobilenetv3",
    {"hm": 3, **HEADS["ddd"]},
    ("Pedestrian", "Car", "Cyclist"),
    InputSpec((64, 64), "width"),
    focal_length=372.0,
)


def test_exported_model_is_small_and_computes_nearly_the_same(root, tmp_path):
    torch.manual_seed(0)
    model = create_model(SPEC).eval()
    save_model(model, tmp_path / "run.pt", {"optimizer": torch.zeros(1000)})
    command = [sys.executable, root / "training/export_model.py", "--model", tmp_path / "run.pt"]
    command += ["--output", tmp_path / "small.pt", "--origin", "scenes (Apache-2.0)"]
    command += ["--input-size", "64", "96"]
    subprocess.run(command, check=True, capture_output=True)
    small = load_model(tmp_path / "small.pt")
    assert (tmp_path / "small.pt").stat().st_size < 5e6
    assert small.spec.origin == "scenes (Apache-2.0)"
    assert small.spec.focal_length == 372.0
    assert small.spec.input == InputSpec((64, 96), "width")
    images = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        before, after = model(images), small(images)
    for name in before:
        assert after[name].dtype == torch.float32
        torch.testing.assert_close(after[name], before[name], atol=0.02, rtol=0.02)


def test_uncertainties_may_be_scaled(root, tmp_path, capsys, monkeypatch):
    spec = replace(SPEC, heads={**SPEC.heads, "dep_uncertainty": 1})
    model = create_model(spec).eval()
    save_model(model, tmp_path / "run.pt")
    images = torch.rand(1, 3, 64, 64)

    def export(*options):
        arguments = ["--model", tmp_path / "run.pt", "--output", tmp_path / "out.pt"]
        command = ["export_model.py", *arguments, "--origin", "here", *options]
        monkeypatch.setattr("sys.argv", list(map(str, command)))
        return export_model.main()

    assert export("--uncertainty-factor", 2) == 0
    with torch.no_grad():
        before, after = model(images), load_model(tmp_path / "out.pt")(images)
    grown = after["dep_uncertainty"] - before["dep_uncertainty"]
    torch.testing.assert_close(grown, torch.full_like(grown, math.log(2)), atol=0.02, rtol=0)
    torch.testing.assert_close(after["dep"], before["dep"], atol=0.02, rtol=0.02)
    assert export("--uncertainty-factor", -1) == 1
    save_model(create_model(SPEC), tmp_path / "run.pt")
    assert export("--uncertainty-factor", 2) == 1
    assert "without the head dep_uncertainty" in capsys.readouterr().err
