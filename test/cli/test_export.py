from dataclasses import replace

import numpy as np
import pytest

from centernet_ros.cli.export import main
from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import InputSpec, save_model
from centernet_ros.structures import Image


def test_writes_a_file_that_describes_itself(build, tmp_path):
    pytest.importorskip("onnxscript")
    model = build("tiny", "ctdet")
    save_model(model, tmp_path / "model.pt")
    output = tmp_path / "model.onnx"
    assert main([str(tmp_path / "model.pt"), str(output), "--size", "32", "64"]) == 0
    exported = read_exported(output)
    assert exported.spec.input.size == (32, 64)
    assert exported.spec.class_names == model.spec.class_names
    assert exported.decoding == DecodingOptions(100)
    half = tmp_path / "half.onnx"
    assert main([str(tmp_path / "model.pt"), str(half), "--size", "32", "64", "--half"]) == 0
    assert half.stat().st_size < output.stat().st_size


def test_a_model_of_many_sizes_gets_one(build, tmp_path):
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    model = build("tiny", "ctdet")
    model.spec = replace(
        model.spec, input=InputSpec((96, 96), "contain", "bottom_right", dynamic=True)
    )
    save_model(model, tmp_path / "model.pt")
    output = tmp_path / "model.onnx"
    assert main([str(tmp_path / "model.pt"), str(output), "--size", "64", "96"]) == 0
    exported = Predictor(read_exported(output), backend="onnxruntime")
    assert exported.input == InputSpec((64, 96), "contain", "bottom_right")
    image = Image(np.random.default_rng(0).integers(0, 256, (100, 150, 3), np.uint8))
    (expected,), (found,) = Predictor(model)([image]), exported([image])
    assert np.allclose(found.boxes, expected.boxes, atol=1e-3)
    assert np.allclose(found.scores, expected.scores, atol=1e-4)


def test_errors_are_one_line(tmp_path, capsys):
    assert main([str(tmp_path / "none.pt"), str(tmp_path / "model.onnx")]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main([str(tmp_path / "none.pt"), str(tmp_path / "model.engine")]) == 1
    assert "expected the suffix .onnx" in capsys.readouterr().err
