import pytest
import torch

from centernet_ros.inference.backends import BACKENDS, create_backend, libraries
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.backends.onnxruntime_backend import (
    DEFORM_CONV_SINCE,
    OnnxRuntimeBackend,
)

CPU = torch.device("cpu")


def compare(found, expected):
    assert found.keys() == expected.keys()
    for name, values in found.items():
        if name == "sum":
            assert torch.allclose(values, expected[name], rtol=1e-4)
            continue
        sure = expected[f"{name.split('/')[0]}/scores"] > 0
        difference = (values - expected[name]).abs()[sure].max()
        print(f"{name}: {difference:.1e}")
        assert difference < 1e-3, name


@pytest.mark.parametrize(
    ("name", "version"), [("openvino", None), ("onnxruntime", DEFORM_CONV_SINCE)]
)
def test_engines_equal_the_module(name, version, joint_model, joint_onnx, pixels):
    pytest.importorskip(name, version)
    with torch.inference_mode():
        expected = EndToEnd(joint_model, 10)(torch.from_numpy(pixels))
    compare(create_backend(name, read_exported(joint_onnx), CPU)(pixels), expected)


def test_torch_equals_the_module(joint_model, pixels):
    with torch.inference_mode():
        expected = EndToEnd(joint_model, 10)(torch.from_numpy(pixels))
    compare(create_backend("torch", joint_model, CPU, 10)(pixels), expected)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_graph_is_near_the_module(joint_model, pixels):
    with torch.inference_mode():
        expected = EndToEnd(joint_model, 10)(torch.from_numpy(pixels))
    run = create_backend("cuda_graph", joint_model, torch.device("cuda"), 10)
    for _ in range(2):  # recorded, then replayed
        found = run(pixels)
        assert torch.allclose(found["ctdet/scores"], expected["ctdet/scores"], atol=0.01)


def test_auto(joint_model, joint_onnx, monkeypatch):
    exported = read_exported(joint_onnx)
    monkeypatch.setattr("centernet_ros.inference.backends.create.is_installed", lambda _: False)
    assert type(create_backend("auto", joint_model, CPU)).__name__ == "TorchBackend"
    pytest.importorskip("onnxruntime", DEFORM_CONV_SINCE)
    assert type(create_backend("auto", exported, CPU)).__name__ == "OnnxRuntimeBackend"
    pytest.importorskip("openvino")
    monkeypatch.setattr("centernet_ros.inference.backends.create.is_installed", lambda _: True)
    assert type(create_backend("auto", exported, CPU)).__name__ == "OpenVinoBackend"
    many_sizes = create_backend("auto", joint_model, CPU, max_engines=0)
    assert type(many_sizes).__name__ == "TorchBackend"


def test_operator_that_the_onnx_runtime_lacks(tmp_path):
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    graph = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["": 17]>
        lacking (double[1, 1, 2, 2] x, double[1, 1, 1, 1] w) => (double[1, 1, 2, 2] y)
        { y = Conv(x, w) }"""
    )
    path = tmp_path / "doubles.onnx"
    onnx.save(graph, path)
    with pytest.raises(ValueError, match=rf"{path}: ONNX Runtime .* cannot run it.*Conv\("):
        OnnxRuntimeBackend(path, CPU)


def test_sizes_beyond_the_engines_run_too(build, monkeypatch, tmp_path):
    pytest.importorskip("openvino")
    pytest.importorskip("onnxscript")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    model = build("tiny", "ctdet")
    run = create_backend("auto", model, CPU, 10, max_engines=1)
    for size in ((64, 96), (96, 64)):
        pixels = torch.randint(0, 256, (1, *size, 3), dtype=torch.uint8)
        with torch.inference_mode():
            expected = EndToEnd(model, 10)(pixels)
        compare(run(pixels.numpy()), expected)
    assert len(list(tmp_path.rglob("*.onnx"))) == 1


def test_unknown_name(joint_model):
    with pytest.raises(ValueError, match=f"expected one of: {', '.join(BACKENDS)}"):
        create_backend("fast", joint_model, CPU)


def test_library_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(libraries, "is_installed", lambda _: False)
    with pytest.raises(ValueError, match="pip install openvino"):
        libraries.require("openvino", "backend 'openvino'")


def test_file_for_a_backend_of_checkpoints(joint_onnx):
    with pytest.raises(ValueError, match="is an exported network"):
        create_backend("torch", read_exported(joint_onnx), CPU)


def test_cuda_alone(joint_model):
    with pytest.raises(ValueError, match="expected a CUDA device"):
        create_backend("cuda_graph", joint_model, CPU)
