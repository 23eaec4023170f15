"""PyTorch: as it is, or compiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.named_outputs import name_tensors
from centernet_ros.inference.decoding.decoded import DecodedBatch, map_tensors


class TorchBackend:
    """Runs the module as it is, with channels last in memory.

    Attributes:
        module: what is run.
    """

    def __init__(self, module: EndToEnd, device: str) -> None:
        self._device = torch.device(device)
        self.module = move_to(module, self._device)
        self._run: Callable[[Tensor], DecodedBatch] = self.module

    @torch.inference_mode()
    def __call__(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """See `Backend`."""
        batch = torch.from_numpy(pixels)
        if self._device.type == "cpu":
            return to_outputs(self._run(batch))
        found = self._run(batch.pin_memory().to(self._device, non_blocking=True))
        # All results are on their way before the one wait for them.
        found = map_tensors(lambda values: values.to("cpu", non_blocking=True), found)
        torch.cuda.synchronize(self._device)
        return to_outputs(found)


class CompiledBackend(TorchBackend):
    """Compiles the module for each size of input; the first image of a size takes long."""

    def __init__(self, module: EndToEnd, device: str) -> None:
        super().__init__(module, device)
        # Frozen weights can be laid out for the machine.
        self._run = torch.compile(self.module, dynamic=False, options={"freezing": True})


def to_outputs(found: DecodedBatch) -> dict[str, np.ndarray]:
    """What a `Backend` gives, of tensors on the CPU."""
    return {name: values.numpy() for name, values in name_tensors(found).items()}


def move_to(module: EndToEnd, device: torch.device) -> EndToEnd:
    """The module on a device, with channels last in memory."""
    # PyTorch's stubs do not know the memory format as an argument of its own.
    return module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
