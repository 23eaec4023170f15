"""Building blocks that several networks share."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def conv_norm(
    in_channels: int, out_channels: int, kernel: int, stride: int = 1, *, relu: bool = True
) -> nn.Sequential:
    """Convolution without bias, batch norm and perhaps ReLU."""
    layers = [
        nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(out_channels),
    ]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if relu else []))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with a residual (He et al., "Deep Residual Learning", 2015).

    Networks differ in where the residual comes from: each has a `forward` of its own.
    """

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def add_residual(self, x: Tensor, residual: Tensor) -> Tensor:
        """(B, C, H, W) and what is added at the end -> (B, D, H / stride, W / stride)."""
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)) + residual)


def bilinear_kernel(size: int) -> Tensor:
    """(size, size) weights of a transposed convolution that up-samples by size / 2."""
    factor = math.ceil(size / 2)
    centre = (2 * factor - 1 - factor % 2) / (2 * factor)
    line = 1 - (torch.arange(size) / factor - centre).abs()
    return torch.outer(line, line)


def build_upsampling(channels: int, factor: int) -> nn.ConvTranspose2d:
    """Up-sampling per channel, bilinear at first and learned from there."""
    kernel = 2 * factor
    layer = nn.ConvTranspose2d(
        channels, channels, kernel, factor, factor // 2, groups=channels, bias=False
    )
    with torch.no_grad():
        layer.weight.copy_(bilinear_kernel(kernel).expand_as(layer.weight))
    return layer
