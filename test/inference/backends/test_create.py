import numpy as np
import pytest
import torch

from centernet_ros.inference.backends import BACKENDS, create, create_backend, libraries
from centernet_ros.inference.backends.backend import SUM
from centernet_ros.inference.backends.create import choose_backend
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.backends.onnxruntime_backend import (
    DEFORM_CONV_SINCE,
    OnnxRuntimeBackend,
)
from centernet_ros.inference.backends.torch_backend import TorchBackend, to_outputs
from centernet_ros.inference.options import DecodingOptions

CPU = "cpu"


TEN = DecodingOptions(10)


def run_module(model, pixels):
    """What `EndToEnd` gives, as a backend would."""
    with torch.inference_mode():
        return to_outputs(EndToEnd(model, TEN)(torch.from_numpy(pixels)))


def compare(found, expected):
    """Two batches, of the objects that have a score at all."""
    assert found.keys() == expected.keys()
    assert np.allclose(found[SUM], expected[SUM], rtol=1e-4)
    for name, values in expected.items():
        if name == SUM:
            continue
        difference = np.abs(found[name] - values)
        worst = difference[expected[f"{name.partition('/')[0]}/scores"] > 0].max()
        print(f"{name}: {worst:.1e}")
        assert worst < 1e-3, name


@pytest.mark.parametrize(
    ("name", "version"), [("openvino", None), ("onnxruntime", DEFORM_CONV_SINCE)]
)
def test_engines_equal_the_module(name, version, joint_model, joint_onnx, pixels):
    pytest.importorskip(name, version)
    expected = run_module(joint_model, pixels)
    compare(create_backend(name, read_exported(joint_onnx), CPU, TEN)(pixels), expected)


def test_torch_equals_the_module(joint_model, pixels):
    expected = run_module(joint_model, pixels)
    compare(create_backend("torch", joint_model, CPU, TEN)(pixels), expected)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_graph_is_near_the_module(joint_model, pixels):
    expected = run_module(joint_model, pixels)
    run = create_backend("cuda_graph", joint_model, "cuda", TEN)
    for _ in range(2):  # recorded, then replayed
        scores = run(pixels)["ctdet/scores"]
        assert np.allclose(scores, expected["ctdet/scores"], atol=0.01)


@pytest.mark.parametrize(
    ("installed", "is_file", "export", "expected"),
    [
        (False, False, True, "torch"),
        (False, True, True, "onnxruntime"),
        (True, True, False, "openvino"),
        (True, False, True, "openvino"),
        (True, False, False, "torch"),
    ],
)
def test_auto(installed, is_file, export, expected, joint_model, monkeypatch):
    monkeypatch.setattr(create, "is_installed", lambda _: installed)
    assert choose_backend(CPU, is_file, export) == expected
    assert choose_backend("cuda", False, export) == "torch"
    if expected == "torch":
        backend = create_backend("auto", joint_model, CPU, TEN, max_engines=int(export))
        assert type(backend) is TorchBackend


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
    run = create_backend("auto", model, CPU, TEN, max_engines=1)
    for size in ((64, 96), (96, 64)):
        pixels = np.random.default_rng(0).integers(0, 256, (1, *size, 3), np.uint8)
        compare(run(pixels), run_module(model, pixels))
    assert len(list(tmp_path.rglob("*.onnx"))) == 1


def test_unknown_name(joint_model):
    with pytest.raises(ValueError, match=f"expected one of: {', '.join(BACKENDS)}"):
        create_backend("fast", joint_model, CPU, TEN)


def test_library_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(libraries, "is_installed", lambda _: False)
    with pytest.raises(ValueError, match="pip install openvino"):
        libraries.require("openvino", "backend 'openvino'")


def test_file_for_a_backend_of_checkpoints(joint_onnx):
    with pytest.raises(ValueError, match="is an exported network"):
        create_backend("torch", read_exported(joint_onnx), CPU, TEN)


def test_cuda_alone(joint_model):
    with pytest.raises(ValueError, match="expected a CUDA device"):
        create_backend("cuda_graph", joint_model, CPU, TEN)
