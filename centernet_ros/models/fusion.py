"""Folding batch norms into convolutions for inference."""

from __future__ import annotations

import copy
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from centernet_ros.models.backbones.dla_up import DeformBlock
from centernet_ros.models.centernet import CenterNet

CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)


def fuse_conv_norm(model: CenterNet) -> CenterNet:
    """A copy of a network in eval mode, each batch norm folded into the convolution before it.

    In every network here a batch norm belongs to the convolution registered just before it, but
    for the deformable blocks of DLA.
    """
    fused = copy.deepcopy(model).eval()
    for parent in list(fused.modules()):
        if isinstance(parent, DeformBlock):
            norm = parent.actf[0]
            assert isinstance(norm, nn.BatchNorm2d)
            parent.conv = fuse_conv_bn_eval(parent.conv, norm)
            parent.actf[0] = nn.Identity()
        for (name, layer), (next_name, following) in pairwise(list(parent.named_children())):
            if isinstance(layer, CONVOLUTIONS) and isinstance(following, nn.BatchNorm2d):
                transposed = isinstance(layer, nn.ConvTranspose2d)
                setattr(parent, name, fuse_conv_bn_eval(layer, following, transpose=transposed))
                setattr(parent, next_name, nn.Identity())
    return fused
