"""The DLA-34 classification network (Yu et al., "Deep Layer Aggregation", 2018) as a backbone."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models.layers import BasicBlock, conv_norm

CHANNELS = (16, 32, 64, 128, 256, 512)


class Root(nn.Module):
    """Aggregates the children of a tree."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, children: list[Tensor]) -> Tensor:
        """Maps (B, C_i, H, W) -> (B, out_channels, H, W)."""
        return F.relu(self.bn(self.conv(torch.cat(children, 1))))


class Leaf(BasicBlock):
    """A basic block whose residual the tree hands in."""

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        """See `BasicBlock.add_residual`."""
        return self.add_residual(x, residual)


class Tree(nn.Module):
    """Hierarchical aggregation of 2 ** depth blocks.

    Args:
        in_channels, out_channels: of the tree.
        depth: 1 for two blocks, 2 for two trees of depth 1.
        stride: of the tree, 1 or 2.
        level_root: whether the tree's input goes to its root as well.
        root_channels: of the children that the caller hands on.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        depth: int,
        stride: int,
        level_root: bool = False,
        root_channels: int = 0,
    ) -> None:
        super().__init__()
        root_channels += 2 * out_channels + (in_channels if level_root else 0)
        self.stride = stride
        self.level_root = level_root
        if depth == 1:
            self.tree1: Leaf | Tree = Leaf(in_channels, out_channels, stride)
            self.tree2: Leaf | Tree = Leaf(out_channels, out_channels)
            self.root = Root(root_channels, out_channels)
        else:
            self.tree1 = Tree(in_channels, out_channels, depth - 1, stride)
            inner = root_channels - out_channels
            self.tree2 = Tree(out_channels, out_channels, depth - 1, 1, root_channels=inner)
        self.project = (
            conv_norm(in_channels, out_channels, 1, relu=False)
            if in_channels != out_channels
            else nn.Identity()
        )
        if depth > 1:
            # Deep trees have a projection in the checkpoints, too, though nothing reads its
            # output. Training on several processes waits for the gradients of all that learns.
            self.project.requires_grad_(False)

    def forward(self, x: Tensor, children: tuple[Tensor, ...] = ()) -> Tensor:
        """(B, C, H, W) and further maps for the root -> (B, D, H / stride, W / stride)."""
        bottom = F.max_pool2d(x, self.stride, self.stride) if self.stride > 1 else x
        if self.level_root:
            children = (bottom, *children)
        if isinstance(self.tree1, Tree):
            first = self.tree1(x)
            return self.tree2(first, (*children, first))
        first = self.tree1(x, self.project(bottom))
        second = self.tree2(first, first)
        return self.root([second, first, *children])


class DLABase(nn.Module):
    """DLA-34 without its classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.base_layer = conv_norm(3, CHANNELS[0], 7)
        self.level0 = conv_norm(CHANNELS[0], CHANNELS[0], 3)
        self.level1 = conv_norm(CHANNELS[0], CHANNELS[1], 3, 2)
        self.level2 = Tree(CHANNELS[1], CHANNELS[2], 1, 2)
        self.level3 = Tree(CHANNELS[2], CHANNELS[3], 2, 2, level_root=True)
        self.level4 = Tree(CHANNELS[3], CHANNELS[4], 2, 2, level_root=True)
        self.level5 = Tree(CHANNELS[4], CHANNELS[5], 1, 2, level_root=True)

    def forward(self, images: Tensor) -> list[Tensor]:
        """(B, 3, H, W) -> the maps at strides 4, 8, 16, 32 with 64, 128, 256, 512 channels."""
        x = self.level1(self.level0(self.base_layer(images)))
        maps = []
        for level in (self.level2, self.level3, self.level4, self.level5):
            x = level(x)
            maps.append(x)
        return maps
