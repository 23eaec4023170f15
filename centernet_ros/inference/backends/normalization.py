"""Pixels to the values that a network was trained on."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from centernet_ros.models.spec import InputSpec

# Of the table, in pixels; wider inputs repeat it.
LENGTH = 2048


class Normalization(nn.Module):
    """Subtracts the mean and divides by the deviation of each channel.

    Args:
        spec: the network's input.
    """

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.table: Tensor
        table = (255 * torch.tensor((spec.mean, spec.std)).double()).float()
        # Whole rows at once: with channels alone in the inner loop it takes ten times as long.
        self.register_buffer("table", table.repeat(1, LENGTH), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """A batch for the network.

        Args:
            pixels: (B, H, W, 3) uint8, or float32 in 0..255, in the input's channel order.

        Returns:
            (B, 3, H, W) float32, channels last in memory.
        """
        rows = pixels.flatten(2)
        length, table = rows.shape[2], self.table
        if length > table.shape[1]:
            table = table.repeat(1, -(-length // table.shape[1]))
        mean, std = table[:, :length]
        values = rows.to(torch.float32, copy=True).sub_(mean).div_(std)
        return values.view(pixels.shape).permute(0, 3, 1, 2)
