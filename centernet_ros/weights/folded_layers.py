"""Copies the convolutions of TensorFlow graphs, whose batch norms are folded, into this package's.

The convolutions here get the folded weights, and the batch norms only add the folded bias.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from centernet_ros.models.backbones.same_conv import ConvNorm
from centernet_ros.models.heads import get_bias


def copy_conv(
    conv: nn.Module, weights: Mapping[str, Tensor], weight: str, bias: str | None = None
) -> None:
    """From (kh, kw, in, out), depthwise (kh, kw, channels, 1), to (out, in / groups, kh, kw).

    Args:
        conv: a 2D convolution, which is written to.
        weights: the graph's constants.
        weight, bias: names of the convolution's.
    """
    assert isinstance(conv, nn.Conv2d)
    axes = (2, 3, 0, 1) if conv.groups > 1 else (3, 2, 0, 1)
    conv.weight.copy_(weights[weight].permute(axes))
    if bias:
        get_bias(conv).copy_(weights[bias])


def copy_normed(layers: nn.Module, weights: Mapping[str, Tensor], name: str) -> None:
    """A convolution with its batch norm; arguments as for `copy_conv`, `name` of both."""
    assert isinstance(layers, ConvNorm)
    copy_conv(layers.conv, weights, f"{name}_weights")
    assert layers.norm.running_var is not None
    layers.norm.running_var.fill_(1 - layers.norm.eps)
    layers.norm.bias.copy_(weights[f"{name}_bn_offset"])


def copy_separable(
    layers: nn.Module,
    weights: Mapping[str, Tensor],
    name: str,
    depthwise: str = "depthwise_weights",
) -> None:
    """A separable convolution; `depthwise` is what its first constant is called below `name`."""
    assert isinstance(layers, nn.Sequential)
    copy_conv(layers[0], weights, f"{name}/{depthwise}")
    copy_normed(layers[1], weights, f"{name}/separable_conv2d")
