"""Engines for a network whose input has several sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from centernet_ros.inference.backends.backend import Backend
from centernet_ros.inference.backends.checkpoint_file import CheckpointFile
from centernet_ros.inference.backends.engine_cache import find_engine
from centernet_ros.inference.options import DecodingOptions

if TYPE_CHECKING:
    from centernet_ros.models import CenterNet


class EnginePool:
    """An engine for each size of input, exported when first needed and kept in the cache.

    Args:
        load: makes an engine of an ONNX file.
        model: the network.
        device: where engines run.
        options: of the decoding.
        limit: as many sizes have engines, further ones are run by `make_fallback`; all if None.
        make_fallback: makes what runs those.
    """

    def __init__(
        self,
        load: Callable[[Path, str], Backend],
        model: CenterNet | CheckpointFile,
        device: str,
        options: DecodingOptions,
        limit: int | None,
        make_fallback: Callable[[], Backend],
    ) -> None:
        self._load, self._device, self._limit = load, device, limit
        self._model, self._options = model, options
        self._make_fallback = make_fallback
        self._engines: dict[tuple[int, int], Backend] = {}

    @cached_property
    def _fallback(self) -> Backend:
        return self._make_fallback()

    def __call__(self, pixels: np.ndarray) -> Mapping[str, np.ndarray]:
        """See `Backend`."""
        _, height, width, _ = pixels.shape
        size = height, width
        if size not in self._engines:
            if len(self._engines) == self._limit:
                return self._fallback(pixels)
            path = find_engine(self._model, size, self._options)
            self._engines[size] = self._load(path, self._device)
        return self._engines[size](pixels)
