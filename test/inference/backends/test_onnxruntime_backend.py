"""What ONNX Runtime is asked for, and what it must not do in silence."""

import pytest

from centernet_ros.inference.backends import onnxruntime_backend
from centernet_ros.inference.backends.onnxruntime_backend import (
    OnnxRuntimeBackend,
    TensorRTBackend,
    list_providers,
)


class Runtime:
    """Stands in for an ONNX Runtime built with CUDA, some providers of which do not start."""

    __version__ = "1.99"
    SessionOptions = type("SessionOptions", (), {})

    def __init__(self, *starting):
        self.starting, self.asked = starting, None

    def get_available_providers(self):
        return [f"{kind}ExecutionProvider" for kind in ("Tensorrt", "CUDA", "CPU")]

    def InferenceSession(self, path, options, providers):  # noqa: N802
        self.asked = providers
        return self

    def get_providers(self):
        return [f"{kind}ExecutionProvider" for kind in self.starting]

    def get_outputs(self):
        return []


@pytest.fixture
def use(monkeypatch):
    def use_runtime(runtime):
        monkeypatch.setattr(onnxruntime_backend, "require", lambda *_: runtime)
        return runtime

    return use_runtime


@pytest.mark.parametrize(("name", "number"), [("cuda", 0), ("cuda:0", 0), ("cuda:3", 3)])
def test_the_device_is_the_one_asked_for(use, name, number):
    runtime = use(Runtime("CUDA", "CPU"))
    OnnxRuntimeBackend("a.onnx", name)
    assert runtime.asked == [("CUDAExecutionProvider", {"device_id": number})]
    assert list_providers("cpu") == [("CPUExecutionProvider", {})]


def test_falling_back_to_the_cpu_is_refused(use):
    use(Runtime("CPU"))
    with pytest.raises(
        ValueError, match=r"CUDAExecutionProvider does not start on cuda:1.*run on CPU"
    ):
        OnnxRuntimeBackend("a.onnx", "cuda:1")


def test_tensorrt_has_its_device_and_single_precision(use):
    runtime = use(Runtime("Tensorrt", "CUDA", "CPU"))
    TensorRTBackend("a.onnx", "cuda:2")
    (name, options), (fallback, _) = runtime.asked
    assert (name, options["device_id"]) == ("TensorrtExecutionProvider", 2)
    assert "trt_fp16_enable" not in options
    assert fallback == "CUDAExecutionProvider"
    use(Runtime("CUDA", "CPU"))
    with pytest.raises(ValueError, match="TensorrtExecutionProvider does not start"):
        TensorRTBackend("a.onnx", "cuda")


def test_tensorrt_needs_cuda():
    with pytest.raises(ValueError, match="backend 'tensorrt' on cpu, expected a CUDA device"):
        TensorRTBackend("a.onnx", "cpu")
