"""PyTorch: as it is, or compiled."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from centernet_ros.inference.backends.end_to_end import EndToEnd


class TorchBackend:
    """Runs the module as it is, with channels last in memory."""

    def __init__(self, module: EndToEnd, device: torch.device) -> None:
        self.device = device
        self.module: nn.Module = module.to(device, memory_format=torch.channels_last)

    @torch.inference_mode()
    def __call__(self, pixels: np.ndarray) -> dict[str, Tensor]:
        """See `Backend`."""
        batch = torch.from_numpy(pixels)
        if self.device.type == "cpu":
            return self.module(batch)
        found = self.module(batch.pin_memory().to(self.device, non_blocking=True))
        # All results are on their way before the one wait for them.
        found = {name: values.to("cpu", non_blocking=True) for name, values in found.items()}
        torch.cuda.synchronize(self.device)
        return found


class CompiledBackend(TorchBackend):
    """Compiles the module for each size of input; the first image of a size takes long."""

    def __init__(self, module: EndToEnd, device: torch.device) -> None:
        super().__init__(module, device)
        # Frozen weights can be laid out for the machine.
        self.module = torch.compile(self.module, dynamic=False, options={"freezing": True})
