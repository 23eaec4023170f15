"""Backends by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from centernet_ros.inference.backends.backend import Backend, Engine, ExportedBackend
from centernet_ros.inference.backends.cuda_graph_backend import CudaGraphBackend
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.engine_pool import EnginePool
from centernet_ros.inference.backends.exported import ExportedModel
from centernet_ros.inference.backends.libraries import is_installed
from centernet_ros.inference.backends.onnxruntime_backend import (
    OnnxRuntimeBackend,
    TensorRTBackend,
)
from centernet_ros.inference.backends.openvino_backend import OpenVinoBackend
from centernet_ros.inference.backends.torch_backend import CompiledBackend, TorchBackend
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import CenterNet

IN_PROCESS: dict[str, Callable[[EndToEnd, torch.device], Backend]] = {
    "torch": TorchBackend,
    "torch_compiled": CompiledBackend,
    "cuda_graph": CudaGraphBackend,
}
FROM_FILE: dict[str, Callable[[Path, torch.device], Engine]] = {
    "openvino": OpenVinoBackend,
    "onnxruntime": OnnxRuntimeBackend,
    "tensorrt": TensorRTBackend,
}
BACKENDS = ("auto", *IN_PROCESS, *FROM_FILE)


def create_backend(
    name: str,
    model: CenterNet | ExportedModel,
    device: torch.device,
    options: DecodingOptions,
    max_engines: int | None = None,
) -> Backend:
    """Make a network ready to run.

    Args:
        name: one of BACKENDS.
        model: a network, or an exported one for the backends that take files.
        device: where it runs.
        options: of the decoding.
        max_engines: for so many sizes of input "auto" makes engines, further ones run by PyTorch;
            for any if None.

    Raises:
        ValueError: an unknown name, a library or device that is not here, or a file and a backend
            that takes none.
    """
    if name not in BACKENDS:
        raise ValueError(f"unknown backend {name!r}, expected one of: {', '.join(BACKENDS)}")
    if name == "auto":
        name = choose_backend(device, isinstance(model, ExportedModel), max_engines != 0)
    else:
        max_engines = None
    if isinstance(model, ExportedModel):
        if name not in FROM_FILE:
            raise ValueError(
                f"backend {name!r} runs checkpoints, and {model.path} is an exported network: "
                f"expected auto, {', '.join(FROM_FILE)}"
            )
        return ExportedBackend(FROM_FILE[name](model.path, device), model.spec.tasks)
    if name in FROM_FILE:
        return EnginePool(FROM_FILE[name], model, device, options, max_engines)
    return IN_PROCESS[name](EndToEnd(model, options), device)


def choose_backend(device: torch.device, is_file: bool, export: bool) -> str:
    """The fastest that gives the network's own results, of those that are installed.

    Args:
        device: where it runs.
        is_file: whether it is exported already.
        export: whether it may be, which takes many seconds for each size of input.
    """
    engine = is_file or (export and is_installed("export"))
    if device.type == "cpu" and engine and is_installed("openvino"):
        return "openvino"
    return "onnxruntime" if is_file else "torch"
