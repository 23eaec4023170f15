import pytest

from centernet_ros.backends.export import main
from centernet_ros.backends.exported import read_exported
from centernet_ros.models import save_model


def test_writes_a_file_that_describes_itself(build, tmp_path):
    pytest.importorskip("onnxscript")
    model = build("tiny", "ctdet")
    save_model(model, tmp_path / "model.pt")
    output = tmp_path / "model.onnx"
    assert main([str(tmp_path / "model.pt"), str(output), "--size", "32", "64"]) == 0
    exported = read_exported(output)
    assert exported.spec.input.size == (32, 64)
    assert exported.spec.class_names == model.spec.class_names
    assert exported.count == 100


def test_errors_are_one_line(tmp_path, capsys):
    assert main([str(tmp_path / "none.pt"), str(tmp_path / "model.onnx")]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main([str(tmp_path / "none.pt"), str(tmp_path / "model.engine")]) == 1
    assert "expected the suffix .onnx" in capsys.readouterr().err
