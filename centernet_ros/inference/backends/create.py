"""Backends by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from centernet_ros.inference.backends.cuda_graph_backend import CudaGraphBackend
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.engine_cache import find_engine
from centernet_ros.inference.backends.exported import ExportedModel
from centernet_ros.inference.backends.libraries import is_installed
from centernet_ros.inference.backends.onnxruntime_backend import (
    OnnxRuntimeBackend,
    TensorRTBackend,
)
from centernet_ros.inference.backends.openvino_backend import OpenVinoBackend
from centernet_ros.inference.backends.torch_backend import CompiledBackend, TorchBackend
from centernet_ros.models import CenterNet


class Backend(Protocol):
    """A network made ready to run."""

    def __call__(self, pixels: np.ndarray) -> dict[str, Tensor]:
        """The objects in each image.

        Args:
            pixels: (B, H, W, 3) uint8, in the channel order of the network's input.

        Returns:
            as `EndToEnd`, on the CPU.
        """


IN_PROCESS: dict[str, Callable[[EndToEnd, torch.device], Backend]] = {
    "torch": TorchBackend,
    "torch_compiled": CompiledBackend,
    "cuda_graph": CudaGraphBackend,
}
FROM_FILE: dict[str, Callable[[Path, torch.device], Backend]] = {
    "openvino": OpenVinoBackend,
    "onnxruntime": OnnxRuntimeBackend,
    "tensorrt": TensorRTBackend,
}
BACKENDS = ("auto", *IN_PROCESS, *FROM_FILE)


def create_backend(
    name: str,
    model: CenterNet | ExportedModel,
    device: torch.device,
    count: int = 100,
    flip: bool = False,
    max_engines: int | None = None,
) -> Backend:
    """Make a network ready to run.

    Args:
        name: one of BACKENDS.
        model: a network, or an exported one for the backends that take files.
        device: where it runs.
        count, flip: as of `EndToEnd`.
        max_engines: for so many sizes of input "auto" makes engines, further ones run by PyTorch;
            for any if None.

    Raises:
        ValueError: an unknown name, a library or device that is not here, or a file and a backend
            that takes none.
    """
    is_file = isinstance(model, ExportedModel)
    if name not in BACKENDS:
        raise ValueError(f"unknown backend {name!r}, expected one of: {', '.join(BACKENDS)}")
    if name == "auto":
        name = choose_backend(device, is_file, max_engines != 0)
    else:
        max_engines = None
    if name in FROM_FILE:
        if is_file:
            return FROM_FILE[name](model.path, device)
        return _PerSize(FROM_FILE[name], model, device, count, flip, max_engines)
    if is_file:
        raise ValueError(
            f"backend {name!r} runs checkpoints, and {model.path} is an exported network: "
            f"expected auto, {', '.join(FROM_FILE)}"
        )
    return IN_PROCESS[name](EndToEnd(model, count, flip), device)


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


class _PerSize:
    """An engine for each size of input, exported when first needed and kept in the cache.

    What exceeds a limit of sizes is run by PyTorch.
    """

    def __init__(
        self,
        load: Callable[[Path, torch.device], Backend],
        model: CenterNet,
        device: torch.device,
        count: int,
        flip: bool,
        limit: int | None,
    ) -> None:
        self._load, self._device, self._limit = load, device, limit
        self._model, self._options = model, (count, flip)
        self._engines: dict[tuple[int, ...], Backend] = {}

    @cached_property
    def _plain(self) -> Backend:
        return TorchBackend(EndToEnd(self._model, *self._options), self._device)

    def __call__(self, pixels: np.ndarray) -> dict[str, Tensor]:
        """See `Backend`."""
        size = pixels.shape[1:3]
        if size not in self._engines:
            if len(self._engines) == self._limit:
                return self._plain(pixels)
            path = find_engine(self._model, size, *self._options)
            self._engines[size] = self._load(path, self._device)
        return self._engines[size](pixels)
