"""CenterNet on two stacked hourglasses, Hourglass-104 (paper section 5; Law and Deng 2018)."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.heads import initialize_head, keep_default
from centernet_ros.models.layers import BasicBlock, conv_norm
from centernet_ros.models.spec import ModelSpec

STACKS = 2
WIDTHS = (256, 256, 384, 384, 384, 512)
BLOCK_COUNTS = (2, 2, 2, 2, 2, 4)


class Residual(BasicBlock):
    """A basic block with a projection where shapes change."""

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__(in_channels, channels, stride)
        self.skip = (
            conv_norm(in_channels, channels, 1, stride, relu=False)
            if stride != 1 or in_channels != channels
            else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, channels, H / stride, W / stride)."""
        return self.add_residual(x, self.skip(x))


class Convolution(nn.Module):
    """Convolution, batch norm, ReLU; without the norm where a head begins."""

    def __init__(
        self, in_channels: int, channels: int, kernel: int, stride: int = 1, norm: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, kernel, stride, kernel // 2, bias=not norm)
        self.bn = nn.BatchNorm2d(channels) if norm else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, channels, H / stride, W / stride)."""
        return F.relu(self.bn(self.conv(x)))


class Hourglass(nn.Module):
    """Down to half the resolution, inwards, up again, and added to the way around.

    Args:
        widths: channels at this level, the next, and so on inwards.
        counts: residual blocks at each of these levels.
    """

    def __init__(self, widths: Sequence[int], counts: Sequence[int]) -> None:
        super().__init__()
        outer, inner = widths[:2]
        count = counts[0]
        self.up1 = nn.Sequential(*(Residual(outer, outer) for _ in range(count)))
        self.low1 = nn.Sequential(
            Residual(outer, inner, 2), *(Residual(inner, inner) for _ in range(count - 1))
        )
        self.low2 = (
            Hourglass(widths[1:], counts[1:])
            if len(widths) > 2
            else nn.Sequential(*(Residual(inner, inner) for _ in range(counts[1])))
        )
        self.low3 = nn.Sequential(
            *(Residual(inner, inner) for _ in range(count - 1)), Residual(inner, outer)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape."""
        low = self.low3(self.low2(self.low1(x)))
        return self.up1(x) + F.interpolate(low, scale_factor=2.0, mode="nearest")


class HourglassNet(CenterNet):
    """hourglass: the second hourglass refines the first; training supervises both."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__(spec)
        width = WIDTHS[0]
        between = STACKS - 1
        self.pre = nn.Sequential(Convolution(3, 128, 7, 2), Residual(128, width, 2))
        self.kps = nn.ModuleList(Hourglass(WIDTHS, BLOCK_COUNTS) for _ in range(STACKS))
        self.cnvs = nn.ModuleList(Convolution(width, width, 3) for _ in range(STACKS))
        self.inters = nn.ModuleList(Residual(width, width) for _ in range(between))
        self.inters_ = nn.ModuleList(
            conv_norm(width, width, 1, relu=False) for _ in range(between)
        )
        self.cnvs_ = nn.ModuleList(conv_norm(width, width, 1, relu=False) for _ in range(between))
        for name, channels in spec.heads.items():
            heads = nn.ModuleList()
            for _ in range(STACKS):
                hidden = spec.head_width(width)
                head = nn.Sequential(
                    Convolution(width, hidden, 3, norm=False), nn.Conv2d(hidden, channels, 1)
                )
                initialize_head(name, head, keep_default)
                heads.append(head)
            self.add_module(name, heads)

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        x = self.pre(images)
        outputs = []
        for i in range(STACKS):
            features = self.cnvs[i](self.kps[i](x))
            outputs.append(
                {name: self.get_submodule(f"{name}.{i}")(features) for name in self.heads}
            )
            if i + 1 < STACKS:
                x = F.relu(self.inters_[i](x) + self.cnvs_[i](features))
                x = self.inters[i](x)
        return outputs
