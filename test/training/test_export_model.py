import subprocess
import sys

import torch

from centernet_ros.models import create_model, load_model, save_model
from centernet_ros.models.spec import InputSpec, ModelSpec
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
