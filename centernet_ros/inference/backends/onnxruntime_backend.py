"""ONNX Runtime, on the CPU, with CUDA or with TensorRT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from centernet_ros.inference.backends.engine_cache import engine_folder
from centernet_ros.inference.backends.libraries import require
from centernet_ros.inference.device import count_threads, get_device_index

# The first release that runs DeformConv; the last one for CPython 3.10 is older.
DEFORM_CONV_SINCE = "1.25"
# Name and options.
Provider = tuple[str, Mapping[str, object]]
CPU, CUDA, TENSORRT = (f"{kind}ExecutionProvider" for kind in ("CPU", "CUDA", "Tensorrt"))


def list_providers(device: str) -> list[Provider]:
    """What runs networks on a device."""
    return [(CPU, {})] if device == "cpu" else [(CUDA, {"device_id": get_device_index(device)})]


class OnnxRuntimeBackend:
    """Runs an ONNX file.

    Args:
        path: the file.
        device: "cpu", "cuda" or "cuda:1".
        providers: ONNX Runtime's, instead of the device's own.

    Raises:
        ValueError: this ONNX Runtime is built without a provider, cannot start it here, or cannot
            run the file.
    """

    def __init__(
        self, path: Path, device: str, providers: Sequence[Provider] | None = None
    ) -> None:
        runtime = require("onnxruntime", "backend 'onnxruntime'")
        wanted = list(providers or list_providers(device))
        names = [name for name, _ in wanted]
        missing = set(names) - set(runtime.get_available_providers())
        if missing:
            raise ValueError(
                f"this ONNX Runtime has no {', '.join(missing)}, expected a build with it"
            )
        options = runtime.SessionOptions()
        options.intra_op_num_threads = count_threads()
        try:
            self._session = runtime.InferenceSession(path, options, wanted)
        except Exception as error:  # their classes have no other base in common
            raise ValueError(
                f"{path}: ONNX Runtime {runtime.__version__} cannot run it, expected another "
                f"backend, or {DEFORM_CONV_SINCE} for deformable convolutions: {error}"
            ) from error
        # A provider that does not start, as CUDA without its libraries, is passed over in silence.
        started = self._session.get_providers()
        if names[0] not in started:
            raise ValueError(
                f"{path}: {names[0]} does not start on {device}, ONNX Runtime would run on "
                f"{', '.join(started)}; expected its libraries, or another backend or device"
            )
        self._names = [output.name for output in self._session.get_outputs()]

    def __call__(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """See `Backend`."""
        return dict(zip(self._names, self._session.run(None, {"pixels": pixels})))


class TensorRTBackend(OnnxRuntimeBackend):
    """TensorRT by ONNX Runtime, which keeps its engines beside the ONNX files.

    In single precision: in half precision TensorRT computes boxes in it, too, and half has steps
    of up to a pixel there.

    Raises:
        ValueError: the device is no CUDA device, and as `OnnxRuntimeBackend`.
    """

    def __init__(self, path: Path, device: str) -> None:
        if device == "cpu":
            raise ValueError(f"backend 'tensorrt' on {device}, expected a CUDA device")
        options = {
            "device_id": get_device_index(device),
            "trt_engine_cache_enable": True,
            "trt_engine_cache_path": str(engine_folder() / "tensorrt"),
        }
        super().__init__(path, device, [(TENSORRT, options), *list_providers(device)])
