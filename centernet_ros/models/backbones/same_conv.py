"""Convolutions that pad as TensorFlow's SAME does, for networks whose weights come from there."""

from __future__ import annotations

from torch import nn


def conv_norm(
    in_channels: int,
    out_channels: int,
    kernel: int = 1,
    stride: int = 1,
    groups: int = 1,
    activation: type[nn.Module] | None = None,
) -> nn.Sequential:
    """Convolution with SAME padding, batch norm, activation."""
    # At stride 2 SAME puts the odd pixel of padding after the image, which nn.Conv2d cannot.
    before, after = (kernel - stride) // 2, (kernel - stride + 1) // 2
    padded = before != after
    layers: dict[str, nn.Module] = (
        {"pad": nn.ZeroPad2d((before, after, before, after))} if padded else {}
    )
    layers["conv"] = nn.Conv2d(
        in_channels,
        out_channels,
        kernel,
        stride,
        0 if padded else before,
        groups=groups,
        bias=False,
    )
    layers["norm"] = nn.BatchNorm2d(out_channels)
    if activation:
        layers["act"] = activation()
    sequential = nn.Sequential()
    for name, layer in layers.items():
        sequential.add_module(name, layer)
    return sequential


def separable(
    in_channels: int, out_channels: int, kernel: int, activation: type[nn.Module] | None = None
) -> nn.Sequential:
    """Depthwise convolution, then a pointwise one with batch norm and activation."""
    return nn.Sequential(
        nn.Conv2d(
            in_channels, in_channels, kernel, padding=kernel // 2, groups=in_channels, bias=False
        ),
        conv_norm(in_channels, out_channels, activation=activation),
    )
