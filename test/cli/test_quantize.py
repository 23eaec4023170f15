import cv2
import pytest

from centernet_ros.cli.quantize import main
from centernet_ros.inference.backends import create_backend
from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import save_model


@pytest.mark.slow
def test_integers_are_near(build, pixels, tmp_path):
    for library in ("nncf", "openvino", "onnxscript"):
        pytest.importorskip(library)
    onnx = pytest.importorskip("onnx")
    for i, image in enumerate(pixels):
        cv2.imwrite(str(tmp_path / f"{i}.png"), image)
    model = build("tiny", "ctdet")
    save_model(model, tmp_path / "model.pt")
    output = tmp_path / "int8.onnx"
    assert main([str(tmp_path / "model.pt"), str(output), "--images", str(tmp_path)]) == 0

    exact = write_onnx(model, tmp_path / "model.onnx")
    quantized = read_exported(output)
    assert quantized.spec == exact.spec
    operators = [node.op_type for node in onnx.load(output).graph.node]
    assert "QuantizeLinear" in operators
    found, expected = (
        create_backend("openvino", model, "cpu", DecodingOptions())(pixels)["ctdet/scores"]
        for model in (quantized, exact)
    )
    difference = abs(found[:, :5] - expected[:, :5]).max()
    print(f"scores: {difference:.1e}")
    assert 0 < difference < 0.05


def test_no_images(build, tmp_path, capsys):
    save_model(build("tiny", "ctdet"), tmp_path / "model.pt")
    arguments = [str(tmp_path / "model.pt"), str(tmp_path / "int8.onnx")]
    assert main([*arguments, "--images", str(tmp_path / "none")]) == 1
    assert "no image in it" in capsys.readouterr().err
