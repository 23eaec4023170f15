"""Engines for a network whose input has several sizes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from centernet_ros.inference.backends.backend import Backend, Engine, ExportedBackend
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.engine_cache import find_engine
from centernet_ros.inference.backends.torch_backend import TorchBackend
from centernet_ros.inference.decoding.decoded import DecodedBatch
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import CenterNet


class EnginePool:
    """An engine for each size of input, exported when first needed and kept in the cache.

    Args:
        load: makes an engine of an ONNX file.
        model: the network.
        device: where engines run.
        options: of the decoding.
        limit: as many sizes have engines, further ones are run by PyTorch; all if None.
    """

    def __init__(
        self,
        load: Callable[[Path, torch.device], Engine],
        model: CenterNet,
        device: torch.device,
        options: DecodingOptions,
        limit: int | None,
    ) -> None:
        self._load, self._device, self._limit = load, device, limit
        self._model, self._options = model, options
        self._engines: dict[tuple[int, int], Backend] = {}

    @cached_property
    def _fallback(self) -> Backend:
        return TorchBackend(EndToEnd(self._model, self._options), self._device)

    def __call__(self, pixels: np.ndarray) -> DecodedBatch:
        """See `Backend`."""
        _, height, width, _ = pixels.shape
        size = height, width
        if size not in self._engines:
            if len(self._engines) == self._limit:
                return self._fallback(pixels)
            path = find_engine(self._model, size, self._options)
            engine = self._load(path, self._device)
            self._engines[size] = ExportedBackend(engine, self._model.spec.tasks)
        return self._engines[size](pixels)
