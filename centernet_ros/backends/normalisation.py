"""Pixels to the values that a network was trained on."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from centernet_ros.models.spec import InputSpec

# Of the tables, in pixels; wider inputs repeat them.
LENGTH = 2048


class Normalisation(nn.Module):
    """Subtracts the mean and divides by the deviation of each channel.

    Args:
        spec: the network's input.
    """

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        # Whole rows at once: with channels alone in the inner loop it takes ten times as long.
        for name in ("mean", "std"):
            values = 255 * torch.tensor(getattr(spec, name)).double()
            self.register_buffer(name, values.float().repeat(LENGTH), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """A batch for the network.

        Args:
            pixels: (B, H, W, 3) uint8 in the input's channel order.

        Returns:
            (B, 3, H, W) float32, channels last in memory.
        """
        rows = pixels.flatten(2)
        length = rows.shape[2]
        mean, std = (
            (row if length <= len(row) else row.repeat(-(-length // len(row))))[:length]
            for row in (self.mean, self.std)
        )
        return rows.float().sub_(mean).div_(std).view(pixels.shape).permute(0, 3, 1, 2)
