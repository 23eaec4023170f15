"""ONNX Runtime, on the CPU, with CUDA or with TensorRT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from centernet_ros.inference.backends.engine_cache import engine_folder
from centernet_ros.inference.backends.libraries import require

# The first release that runs DeformConv; the last one for CPython 3.10 is older.
DEFORM_CONV_SINCE = "1.25"
# A name, or a name and options.
Provider = str | tuple[str, Mapping[str, object]]
PROVIDERS: Mapping[str, Sequence[Provider]] = {
    "cpu": ["CPUExecutionProvider"],
    "cuda": ["CUDAExecutionProvider"],
}


class OnnxRuntimeBackend:
    """Runs an ONNX file.

    Args:
        path: the file.
        device: "cpu" or "cuda".
        providers: ONNX Runtime's, instead of the device's own.

    Raises:
        ValueError: this ONNX Runtime is built without a provider, or cannot run the file.
    """

    def __init__(
        self, path: Path, device: torch.device, providers: Sequence[Provider] | None = None
    ) -> None:
        runtime = require("onnxruntime", "backend 'onnxruntime'")
        wanted = list(providers or PROVIDERS[device.type])
        names = [p if isinstance(p, str) else p[0] for p in wanted]
        missing = set(names) - set(runtime.get_available_providers())
        if missing:
            raise ValueError(
                f"this ONNX Runtime has no {', '.join(missing)}, expected a build with it"
            )
        options = runtime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        try:
            self._session = runtime.InferenceSession(path, options, wanted)
        except Exception as error:  # their classes have no other base in common
            raise ValueError(
                f"{path}: ONNX Runtime {runtime.__version__} cannot run it, expected another "
                f"backend, or {DEFORM_CONV_SINCE} for deformable convolutions: {error}"
            ) from error
        self._names = [output.name for output in self._session.get_outputs()]

    def __call__(self, pixels: np.ndarray) -> dict[str, Tensor]:
        """See `Engine`."""
        found = self._session.run(None, {"pixels": pixels})
        return dict(zip(self._names, map(torch.from_numpy, found)))


class TensorRTBackend(OnnxRuntimeBackend):
    """TensorRT in half precision, by ONNX Runtime; it keeps its engines beside the ONNX files."""

    def __init__(self, path: Path, device: torch.device) -> None:
        options = {
            "trt_fp16_enable": True,
            "trt_engine_cache_enable": True,
            "trt_engine_cache_path": str(engine_folder() / "tensorrt"),
        }
        super().__init__(
            path, device, [("TensorrtExecutionProvider", options), ("CUDAExecutionProvider", {})]
        )
