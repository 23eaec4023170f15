"""CenterNet on MobileNetV3-Large with a light feature pyramid.

The backbone is Howard et al., "Searching for MobileNetV3" (2019), table 1, with widths of the
published COCO weights. The pyramid's up-sampling samples at the corner of a pixel as TensorFlow 1
did, so that those weights give their own numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models.backbones.same_conv import ConvNorm, separable
from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.heads import build_separable_head, initialize_head, shrink_last
from centernet_ros.models.spec import ModelSpec


class Block(NamedTuple):
    """One row of the paper's table: kernel, expanded and output channels, and what it has."""

    kernel: int
    expanded: int
    out: int
    squeeze: int
    activation: type[nn.Module]
    stride: int


RE, HS = nn.ReLU, nn.Hardswish
BLOCKS = (
    Block(3, 16, 16, 0, RE, 1),
    Block(3, 64, 24, 0, RE, 2),
    Block(3, 72, 24, 0, RE, 1),
    Block(5, 72, 32, 24, RE, 2),
    Block(5, 96, 32, 24, RE, 1),
    Block(5, 96, 32, 24, RE, 1),
    Block(3, 192, 64, 0, HS, 2),
    Block(3, 160, 64, 0, HS, 1),
    Block(3, 144, 64, 0, HS, 1),
    Block(3, 144, 64, 0, HS, 1),
    Block(3, 384, 88, 96, HS, 1),
    Block(3, 528, 88, 136, HS, 1),
    Block(5, 528, 120, 136, HS, 2),
    Block(5, 720, 120, 184, HS, 1),
    Block(5, 720, 120, 184, HS, 1),
)
LAST_CHANNELS = 480
PYRAMID_CHANNELS = 128


class SqueezeExcite(nn.Module):
    """Channel attention with the hard sigmoid (MobileNetV3 section 5.3)."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, hidden, 1)
        self.expand = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape."""
        attention = F.relu(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * F.hardsigmoid(self.expand(attention))


class InvertedResidual(nn.Module):
    """Expand, depthwise, squeeze and excite, project; added to the input where shapes allow."""

    def __init__(self, in_channels: int, block: Block) -> None:
        super().__init__()
        width, act = block.expanded, block.activation
        self.expand = (
            ConvNorm(in_channels, width, activation=act) if width != in_channels else nn.Identity()
        )
        self.depthwise = ConvNorm(width, width, block.kernel, block.stride, width, act)
        self.squeeze = SqueezeExcite(width, block.squeeze) if block.squeeze else nn.Identity()
        self.project = ConvNorm(width, block.out)
        self.residual = block.stride == 1 and in_channels == block.out

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, H, W) -> the output at the block's stride, and the expanded map before it."""
        expanded = self.expand(x)
        y = self.project(self.squeeze(self.depthwise(expanded)))
        return (x + y if self.residual else y), expanded


class Lateral(nn.Module):
    """Brings a backbone map into the pyramid."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.reduce = ConvNorm(in_channels, in_channels // 4, activation=nn.ReLU)
        self.separable = separable(in_channels // 4, out_channels, 5)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, out_channels, H, W)."""
        return self.separable(self.reduce(x))


class Upsample(nn.Module):
    """Two receptive fields summed, then up by 2."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.small = separable(in_channels, out_channels, 3)
        self.large = separable(in_channels, out_channels, 5)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, out_channels, 2 H, 2 W)."""
        return upsample_from_corner(self.small(x) + self.large(x))


def upsample_from_corner(x: Tensor) -> Tensor:
    """Bilinear up-sampling by 2 with output pixel i at input position i / 2.

    That is TensorFlow's ResizeBilinear without half-pixel centres.

    Args:
        x: (B, C, H, W).

    Returns:
        (B, C, 2 H, 2 W).
    """
    height, width = x.shape[-2:]
    padded = F.pad(x, (0, 1, 0, 1), mode="replicate")
    size = (2 * height + 1, 2 * width + 1)
    return F.interpolate(padded, size, mode="bilinear", align_corners=True)[..., :-1, :-1]


class MobileNetV3(CenterNet):
    """The network behind the default COCO model (2.0 M parameters)."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__(spec)
        self.stem = ConvNorm(3, BLOCKS[0].expanded, 3, 2, activation=nn.Hardswish)
        inputs = [BLOCKS[0].expanded, *(block.out for block in BLOCKS[:-1])]
        self.blocks = nn.ModuleList(map(InvertedResidual, inputs, BLOCKS))
        self.last = ConvNorm(BLOCKS[-1].out, LAST_CHANNELS, activation=nn.Hardswish)

        self.lateral4 = Lateral(BLOCKS[11].out, 128)
        self.lateral3 = Lateral(BLOCKS[5].expanded, 96)
        self.lateral2 = Lateral(BLOCKS[3].expanded, 64)
        self.up5 = Upsample(LAST_CHANNELS, 128)
        self.up4 = Upsample(256, 96)
        self.up3 = Upsample(192, 64)
        self.attention = nn.Sequential(
            ConvNorm(PYRAMID_CHANNELS, 32, activation=nn.ReLU),
            nn.Conv2d(32, PYRAMID_CHANNELS, 1, bias=False),
            nn.Sigmoid(),
        )
        hidden = spec.head_width(0)
        self.head = nn.ModuleDict(
            {
                name: build_separable_head(PYRAMID_CHANNELS, hidden, channels)
                for name, channels in spec.heads.items()
            }
        )
        for name, head in self.head.items():
            initialize_head(name, head, shrink_last)

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        x = self.stem(images)
        outputs, expanded = [], []
        for block in self.blocks:
            x, wide = block(x)
            outputs.append(x)
            expanded.append(wide)

        x = F.relu(torch.cat((self.lateral4(outputs[11]), self.up5(self.last(x))), 1))
        x = F.relu(torch.cat((self.lateral3(expanded[5]), self.up4(x)), 1))
        x = F.relu(torch.cat((self.lateral2(expanded[3]), self.up3(x)), 1))
        x = x * self.attention(x.mean((2, 3), keepdim=True))
        return [{name: head(x) for name, head in self.head.items()}]
