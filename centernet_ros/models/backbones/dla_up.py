"""Iterative deep aggregation: the up-sampling halves of dla_34 and dlav0_34."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from centernet_ros.models.deform_conv import ModulatedDeformConv
from centernet_ros.models.layers import build_upsampling, conv_norm


class DeformBlock(nn.Module):
    """Deformable convolution, batch norm, ReLU, registered in the checkpoints' order."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.actf = nn.Sequential(nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True))
        self.conv = ModulatedDeformConv(in_channels, out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, out_channels, H, W)."""
        return self.actf(self.conv(x))


class DeformIDA(nn.Module):
    """Brings coarser maps up to the first one, step by step, with sums (paper figure 6d)."""

    def __init__(self, out: int, channels: Sequence[int], factors: Sequence[int]) -> None:
        super().__init__()
        for i, (width, factor) in enumerate(zip(channels, factors), 1):
            self.add_module(f"proj_{i}", DeformBlock(width, out))
            self.add_module(f"up_{i}", build_upsampling(out, factor))
            self.add_module(f"node_{i}", DeformBlock(out, out))

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Maps from fine to coarse -> the aggregated ones after the first, all at its stride."""
        aggregated = [maps[0]]
        for i, coarse in enumerate(maps[1:], 1):
            up = self.get_submodule(f"up_{i}")(self.get_submodule(f"proj_{i}")(coarse))
            aggregated.append(self.get_submodule(f"node_{i}")(up + aggregated[-1]))
        return aggregated[1:]


class ConcatIDA(nn.Module):
    """The original aggregation, of concatenated maps and without deformable convolutions."""

    def __init__(self, out: int, channels: Sequence[int], factors: Sequence[int]) -> None:
        super().__init__()
        for i, (width, factor) in enumerate(zip(channels, factors), 1):
            self.add_module(f"proj_{i}", conv_norm(width, out, 1))
            self.add_module(f"up_{i}", build_upsampling(out, factor))
        for i in range(1, len(channels) + 1):
            self.add_module(f"node_{i}", conv_norm(2 * out, out, 3))

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Maps from fine to coarse -> the aggregated ones after the first, all at its stride."""
        aggregated = [maps[0]]
        for i, coarse in enumerate(maps[1:], 1):
            up = self.get_submodule(f"up_{i}")(self.get_submodule(f"proj_{i}")(coarse))
            both = torch.cat((aggregated[-1], up), 1)
            aggregated.append(self.get_submodule(f"node_{i}")(both))
        return aggregated[1:]


class DLAUp(nn.Module):
    """Aggregates the backbone's maps again and again, from the two coarsest to all of them.

    Args:
        aggregation: DeformIDA or ConcatIDA.
        channels: of the backbone's maps, each at twice the stride of the one before.
    """

    def __init__(self, aggregation: type[DeformIDA | ConcatIDA], channels: Sequence[int]) -> None:
        super().__init__()
        self.steps = len(channels) - 1
        widths = list(channels)
        for step in range(self.steps):
            first = self.steps - step - 1
            coarser = widths[first + 1 :]
            self.add_module(
                f"ida_{step}", aggregation(channels[first], coarser, [2] * len(coarser))
            )
            widths[first + 1 :] = [channels[first]] * len(coarser)

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """The backbone's maps -> the last aggregated map of each stride, finest first."""
        layers = list(maps)
        finished = [layers[-1]]
        for step in range(self.steps):
            first = self.steps - step - 1
            layers[first + 1 :] = self.get_submodule(f"ida_{step}")(layers[first:])
            finished.insert(0, layers[-1])
        return finished
