"""Folding batch norms into convolutions for inference."""

from __future__ import annotations

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from centernet_ros.models.centernet import CenterNet


def fuse_conv_norm(model: CenterNet) -> CenterNet:
    """A copy of a network in eval mode, each batch norm folded into the convolution before it."""
    fused = copy.deepcopy(model).eval()
    for parent in [module for module in fused.modules() if isinstance(module, nn.Sequential)]:
        for (name, layer), (next_name, following) in zip(
            list(parent.named_children()), list(parent.named_children())[1:]
        ):
            if isinstance(layer, nn.Conv2d) and isinstance(following, nn.BatchNorm2d):
                setattr(parent, name, fuse_conv_bn_eval(layer, following))
                setattr(parent, next_name, nn.Identity())
    return fused
