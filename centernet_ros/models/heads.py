"""The output heads (paper section 3) and their initial weights."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

# Makes the initial probability of an object 0.1, as in the authors' code, after RetinaNet (Lin et
# al. 2017, section 4.1); the paper does not say it.
HEATMAP_BIAS = -2.19
SMALL = 0.001


def build_head(in_channels: int, hidden: int, channels: int) -> nn.Module:
    """A 3x3 convolution, ReLU and a 1x1 convolution; with 0 hidden channels the last alone."""
    if hidden == 0:
        return nn.Conv2d(in_channels, channels, 1)
    return nn.Sequential(
        nn.Conv2d(in_channels, hidden, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(hidden, channels, 1),
    )


def build_separable_head(in_channels: int, hidden: int, channels: int) -> nn.Sequential:
    """As `build_head`, its 3x3 convolution depthwise and always there, then a 1x1."""
    depthwise = nn.Conv2d(in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False)
    if hidden == 0:
        return nn.Sequential(depthwise, nn.Conv2d(in_channels, channels, 1))
    return nn.Sequential(
        depthwise,
        nn.Conv2d(in_channels, hidden, 1),
        nn.ReLU(inplace=True),
        nn.Conv2d(hidden, channels, 1),
    )


def get_bias(conv: nn.Conv2d) -> Tensor:
    """The bias of a convolution that has one."""
    assert conv.bias is not None
    return conv.bias


def initialize_head(
    name: str, head: nn.Module, initialize: Callable[[list[nn.Conv2d]], None]
) -> None:
    """Set the initial weights of a head: heat maps start near 0.1, others as `initialize` says."""
    convs = [module for module in head.modules() if isinstance(module, nn.Conv2d)]
    if "hm" in name:
        nn.init.constant_(get_bias(convs[-1]), HEATMAP_BIAS)
    else:
        initialize(convs)


def keep_default(convs: list[nn.Conv2d]) -> None:
    """PyTorch's own initial weights."""


def zero_biases(convs: list[nn.Conv2d]) -> None:
    """PyTorch's own initial weights without biases."""
    for conv in convs:
        nn.init.zeros_(get_bias(conv))


def zero_last_bias(convs: list[nn.Conv2d]) -> None:
    """PyTorch's own initial weights without a bias in the last convolution."""
    zero_biases(convs[-1:])


def shrink_all(convs: list[nn.Conv2d]) -> None:
    """Small weights and no biases."""
    for conv in convs:
        nn.init.normal_(conv.weight, std=SMALL)
        nn.init.zeros_(get_bias(conv))


def shrink_last(convs: list[nn.Conv2d]) -> None:
    """Small weights and no bias in the last convolution."""
    shrink_all(convs[-1:])
