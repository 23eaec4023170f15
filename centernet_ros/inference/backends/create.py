"""Backends by name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from centernet_ros.inference.backends.backend import Backend
from centernet_ros.inference.backends.checkpoint_file import CheckpointFile
from centernet_ros.inference.backends.engine_pool import EnginePool
from centernet_ros.inference.backends.exported import ExportedModel
from centernet_ros.inference.backends.libraries import is_installed
from centernet_ros.inference.backends.onnxruntime_backend import (
    OnnxRuntimeBackend,
    TensorRTBackend,
)
from centernet_ros.inference.backends.openvino_backend import OpenVinoBackend
from centernet_ros.inference.options import DecodingOptions

if TYPE_CHECKING:
    from centernet_ros.models import CenterNet

# Name -> what makes it of an `EndToEnd` and a device; these alone import PyTorch.
IN_PROCESS: Mapping[str, str] = {
    "torch": "centernet_ros.inference.backends.torch_backend:TorchBackend",
    "torch_compiled": "centernet_ros.inference.backends.torch_backend:CompiledBackend",
    "cuda_graph": "centernet_ros.inference.backends.cuda_graph_backend:CudaGraphBackend",
}
FROM_FILE: Mapping[str, Callable[[Path, str], Backend]] = {
    "openvino": OpenVinoBackend,
    "onnxruntime": OnnxRuntimeBackend,
    "tensorrt": TensorRTBackend,
}
BACKENDS = ("auto", *IN_PROCESS, *FROM_FILE)


def create_backend(
    name: str,
    model: CenterNet | CheckpointFile | ExportedModel,
    device: str,
    options: DecodingOptions,
    max_engines: int | None = None,
) -> Backend:
    """Make a network ready to run.

    Args:
        name: one of BACKENDS.
        model: a network, its checkpoint, or an exported one for the backends that take files.
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
        return FROM_FILE[name](model.path, device)
    if name in FROM_FILE:
        fallback = partial(run_in_process, "torch", model, device, options)
        return EnginePool(FROM_FILE[name], model, device, options, max_engines, fallback)
    return run_in_process(name, model, device, options)


def run_in_process(
    name: str, model: CenterNet | CheckpointFile, device: str, options: DecodingOptions
) -> Backend:
    """One of IN_PROCESS; arguments as of `create_backend`."""
    from centernet_ros.inference.backends.end_to_end import EndToEnd

    network = model.load() if isinstance(model, CheckpointFile) else model
    backend: Backend = pkgutil.resolve_name(IN_PROCESS[name])(EndToEnd(network, options), device)
    return backend


def choose_backend(device: str, is_file: bool, export: bool) -> str:
    """The fastest that gives the network's own results, of those that are installed.

    Args:
        device: where it runs.
        is_file: whether it is exported already.
        export: whether it may be, which takes many seconds for each size of input.
    """
    engine = is_file or (export and is_installed("export"))
    if device == "cpu" and engine and is_installed("openvino"):
        return "openvino"
    return "onnxruntime" if is_file else "torch"
