import subprocess
import sys

import pytest

from centernet_ros.inference.backends import CheckpointFile, export_process
from centernet_ros.inference.backends.export_process import run_export
from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.weights.store import SHIPPED

SHIPPED_MODEL = SHIPPED / "scenes_mobilenetv3.pt"
TEN = DecodingOptions(10)


@pytest.mark.slow
def test_writes_what_was_asked_for(tmp_path):
    pytest.importorskip("onnxscript")
    names = ["walker", "auto", "rider"]
    model = CheckpointFile(SHIPPED_MODEL, names)
    run_export(model, tmp_path / "model.onnx", (64, 96), TEN)
    exported = read_exported(tmp_path / "model.onnx")
    assert exported.spec.class_names == tuple(names)
    assert exported.spec.input.size == (64, 96)
    assert exported.decoding == TEN


def test_a_failure_is_one_line(tmp_path):
    pytest.importorskip("onnxscript")
    model = CheckpointFile(SHIPPED_MODEL)
    with pytest.raises(ValueError, match=rf"{SHIPPED_MODEL} cannot be exported: input of 33x96"):
        run_export(model, tmp_path / "model.onnx", (33, 96), TEN)
    assert not list(tmp_path.iterdir())


def test_broken_off(tmp_path, monkeypatch):
    """Whatever breaks off the wait ends the process, too."""
    started = []

    class Process(subprocess.Popen):
        def __init__(self, command, **options):
            super().__init__([sys.executable, "-c", "import time; time.sleep(600)"], **options)
            started.append(self)

        def communicate(self, timeout):
            raise KeyboardInterrupt

    monkeypatch.setattr(export_process.subprocess, "Popen", Process)
    with pytest.raises(KeyboardInterrupt):
        run_export(CheckpointFile(SHIPPED_MODEL), tmp_path / "model.onnx", (64, 96), TEN)
    assert started[0].returncode is not None


@pytest.mark.slow
def test_the_default_detector_does_without_pytorch(tmp_path):
    """A model set with an engine in the cache runs images without importing PyTorch."""
    for library in ("openvino", "onnxscript"):
        pytest.importorskip(library)
    code = f"""
import sys
import numpy as np
from centernet_ros.nodes.detector.model_set import ModelSet
from centernet_ros.structures import Image
models = ModelSet([{str(SHIPPED_MODEL)!r}], "cpu", "auto")
projection = np.array([[500.0, 0, 32, 0], [0, 500, 32, 0], [0, 0, 1, 0]])
models.predictors[0].predict_tasks([Image(np.zeros((64, 96, 3), np.uint8))], [projection])
assert type(models.predictors[0].backend).__name__ == "EnginePool"
sys.exit("torch" in sys.modules)
"""
    environment = {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": ":".join(filter(None, sys.path))}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0
    assert len(list(tmp_path.rglob("*.onnx"))) == 1
