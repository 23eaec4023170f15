"""MoveNet MultiPose: CenterNet on MobileNetV2 with a light feature pyramid.

The backbone is Sandler et al., "MobileNetV2" (2018), table 2, with widths times 1.5; pyramid and
heads are those of Google's published graph, which has no paper.
"""

from __future__ import annotations

from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models.backbones.same_conv import ConvNorm, separable
from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.heads import build_separable_head, initialize_head, zero_last_bias
from centernet_ros.models.spec import ModelSpec


class Stage(NamedTuple):
    """One row of the paper's table: expansion, output channels, blocks, stride of the first."""

    expansion: int
    out: int
    blocks: int
    stride: int


STAGES = (
    Stage(1, 24, 1, 1),
    Stage(6, 40, 2, 2),
    Stage(6, 48, 3, 2),
    Stage(6, 96, 4, 2),
    Stage(6, 144, 3, 1),
    Stage(6, 240, 3, 2),
    Stage(6, 480, 1, 1),
)
STEM_CHANNELS = 48
LAST_CHANNELS = 1280
# The stages whose outputs enter the pyramid, at strides 4, 8 and 16, and the widths there.
LATERAL_STAGES = (1, 2, 3)
LATERAL_CHANNELS = (24, 32, 64)
OUT_CHANNELS = 24
HEAD_CHANNELS = 96


class InvertedResidual(nn.Module):
    """Expand, depthwise, project; added to the input where shapes allow."""

    def __init__(self, in_channels: int, out_channels: int, expansion: int, stride: int) -> None:
        super().__init__()
        width = expansion * in_channels
        self.expand = (
            ConvNorm(in_channels, width, activation=nn.ReLU6) if expansion > 1 else nn.Identity()
        )
        self.depthwise = ConvNorm(width, width, 3, stride, width, nn.ReLU6)
        self.project = ConvNorm(width, out_channels)
        self.residual = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, out_channels, H / stride, W / stride)."""
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


def build_stage(in_channels: int, stage: Stage) -> nn.Sequential:
    """The blocks of one row of the table."""
    expansion, out, blocks, stride = stage
    return nn.Sequential(
        InvertedResidual(in_channels, out, expansion, stride),
        *(InvertedResidual(out, out, expansion, 1) for _ in range(blocks - 1)),
    )


class MoveNet(CenterNet):
    """The network behind the default pose model (4.7 M parameters)."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__(spec)
        self.stem = ConvNorm(3, STEM_CHANNELS, 3, 2, activation=nn.ReLU6)
        inputs = [STEM_CHANNELS, *(stage.out for stage in STAGES[:-1])]
        self.stages = nn.ModuleList(map(build_stage, inputs, STAGES))
        self.last = ConvNorm(STAGES[-1].out, LAST_CHANNELS, activation=nn.ReLU6)

        # From the coarsest level to the finest.
        widths = LATERAL_CHANNELS[::-1]
        self.top = nn.Conv2d(LAST_CHANNELS, widths[0], 1)
        self.laterals = nn.ModuleList(
            nn.Conv2d(STAGES[index].out, width, 1)
            for index, width in zip(LATERAL_STAGES[::-1], widths)
        )
        self.smooths = nn.ModuleList(
            separable(width, finer, 3, nn.ReLU)
            for width, finer in zip(widths, (*widths[1:], OUT_CHANNELS))
        )
        hidden = spec.head_width(HEAD_CHANNELS)
        self.head = nn.ModuleDict(
            {
                name: build_separable_head(OUT_CHANNELS, hidden, channels)
                for name, channels in spec.heads.items()
            }
        )
        for name, head in self.head.items():
            initialize_head(name, head, zero_last_bias)

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        x = self.stem(images)
        outputs = []
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)

        x = self.top(self.last(x))
        for index, lateral, smooth in zip(LATERAL_STAGES[::-1], self.laterals, self.smooths):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = smooth(x + lateral(outputs[index]))
        return [{name: head(x) for name, head in self.head.items()}]
