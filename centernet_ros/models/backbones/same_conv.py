"""Convolutions that pad as TensorFlow's SAME does, for networks whose weights come from there."""

from __future__ import annotations

from torch import nn


class ConvNorm(nn.Sequential):
    """Convolution with SAME padding, batch norm, activation.

    Attributes:
        conv: the convolution.
        norm: the batch norm.
        act: where there is an activation.
    """

    conv: nn.Conv2d
    norm: nn.BatchNorm2d
    act: nn.Module

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        activation: type[nn.Module] | None = None,
    ) -> None:
        super().__init__()
        # At stride 2 SAME puts the odd pixel of padding after the image, which Conv2d cannot.
        before, after = (kernel - stride) // 2, (kernel - stride + 1) // 2
        padded = before != after
        if padded:
            self.add_module("pad", nn.ZeroPad2d((before, after, before, after)))
        padding = 0 if padded else before
        conv = nn.Conv2d(
            in_channels, out_channels, kernel, stride, padding, groups=groups, bias=False
        )
        self.add_module("conv", conv)
        self.add_module("norm", nn.BatchNorm2d(out_channels))
        if activation:
            self.add_module("act", activation())


def separable(
    in_channels: int, out_channels: int, kernel: int, activation: type[nn.Module] | None = None
) -> nn.Sequential:
    """Depthwise convolution, then a pointwise one with batch norm and activation."""
    return nn.Sequential(
        nn.Conv2d(
            in_channels, in_channels, kernel, padding=kernel // 2, groups=in_channels, bias=False
        ),
        ConvNorm(in_channels, out_channels, activation=activation),
    )
