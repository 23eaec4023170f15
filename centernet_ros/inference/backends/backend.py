"""What every way to run a network gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
from torch import Tensor

from centernet_ros.inference.backends.named_outputs import read_outputs
from centernet_ros.inference.decoding.decoded import DecodedBatch
from centernet_ros.models.spec import Task


class Backend(Protocol):
    """A network made ready to run."""

    def __call__(self, pixels: np.ndarray) -> DecodedBatch:
        """The objects in each image.

        Args:
            pixels: (B, H, W, 3) uint8, in the channel order of the network's input.

        Returns:
            as `EndToEnd`, on the CPU.
        """


class Engine(Protocol):
    """A library that runs an exported network."""

    def __call__(self, pixels: np.ndarray) -> Mapping[str, Tensor]:
        """The outputs of the ONNX file by name, on the CPU; `pixels` as of `Backend`."""


class ExportedBackend:
    """A backend that knows the outputs of an exported network by their names."""

    def __init__(self, engine: Engine, tasks: Iterable[Task]) -> None:
        self._engine, self._tasks = engine, tuple(tasks)

    def __call__(self, pixels: np.ndarray) -> DecodedBatch:
        """See `Backend`."""
        return read_outputs(self._engine(pixels), self._tasks)
