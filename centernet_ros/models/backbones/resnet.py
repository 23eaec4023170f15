"""CenterNet on ResNet, with plain or with deformable up-sampling (paper section 5)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.deform_conv import ModulatedDeformConv
from centernet_ros.models.heads import SMALL, build_head, initialize_head, shrink_all, shrink_last
from centernet_ros.models.layers import BasicBlock, bilinear_kernel, conv_norm
from centernet_ros.models.spec import ModelSpec

BLOCK_COUNTS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
WIDTHS = (64, 128, 256, 512)
HEAD_CHANNELS = 64


class Basic(BasicBlock):
    """The block of ResNet-18 and 34."""

    expansion = 1

    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__(in_channels, width, stride)
        self.downsample = build_shortcut(in_channels, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, width, H / stride, W / stride)."""
        return self.add_residual(x, self.downsample(x))


class Bottleneck(nn.Module):
    """The block of ResNet-50, 101 and 152, with the stride on its 3x3 convolution."""

    expansion = 4

    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__()
        channels = width * self.expansion
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels)
        self.downsample = build_shortcut(in_channels, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, 4 width, H / stride, W / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def build_shortcut(in_channels: int, channels: int, stride: int) -> nn.Module:
    """What brings a block's input to the shape of its output."""
    if stride == 1 and in_channels == channels:
        return nn.Identity()
    return conv_norm(in_channels, channels, 1, stride, relu=False)


class ResNetTrunk(CenterNet):
    """The classification network without its classifier, to stride 32, and the heads' forward."""

    def __init__(self, spec: ModelSpec, depth: int) -> None:
        super().__init__(spec)
        block = Basic if depth < 50 else Bottleneck
        self.conv1 = nn.Conv2d(3, WIDTHS[0], 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        channels = WIDTHS[0]
        for i, (width, count) in enumerate(zip(WIDTHS, BLOCK_COUNTS[depth])):
            out = width * block.expansion
            layer = [block(channels, width, 2 if i else 1)]
            layer += [block(out, width, 1) for _ in range(count - 1)]
            self.add_module(f"layer{i + 1}", nn.Sequential(*layer))
            channels = out
        self.trunk_channels = channels
        self.deconv_layers: nn.Sequential

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(images))), 3, 2, 1)
        for i in range(len(WIDTHS)):
            x = self.get_submodule(f"layer{i + 1}")(x)
        x = self.deconv_layers(x)
        return [{name: self.get_submodule(name)(x) for name in self.heads}]


class ResNet(ResNetTrunk):
    """res_18 to res_152: three transposed convolutions bring the trunk to stride 4."""

    def __init__(self, spec: ModelSpec, depth: int) -> None:
        super().__init__(spec, depth)
        channels = self.trunk_channels
        layers: list[nn.Module] = []
        for width in (256, 256, 256):
            deconv = nn.ConvTranspose2d(channels, width, 4, 2, 1, bias=False)
            nn.init.normal_(deconv.weight, std=SMALL)
            layers += [deconv, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
        self.deconv_layers = nn.Sequential(*layers)
        # Sorted: that is the order of the tensors in the authors' checkpoints of this family.
        for name, out in sorted(spec.heads.items()):
            head = build_head(channels, spec.head_width(HEAD_CHANNELS), out)
            initialize_head(name, head, shrink_last)
            self.add_module(name, head)


class DeformResNet(ResNetTrunk):
    """resdcn_18 to resdcn_152: a deformable before each transposed convolution."""

    def __init__(self, spec: ModelSpec, depth: int) -> None:
        super().__init__(spec, depth)
        channels = self.trunk_channels
        layers: list[nn.Module] = []
        for width in (256, 128, 64):
            deconv = nn.ConvTranspose2d(width, width, 4, 2, 1, bias=False)
            with torch.no_grad():
                # As the authors: only the first output channel starts as bilinear up-sampling.
                deconv.weight[:, 0] = bilinear_kernel(4)
            layers += [ModulatedDeformConv(channels, width), nn.BatchNorm2d(width), nn.ReLU(True)]
            layers += [deconv, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
        self.deconv_layers = nn.Sequential(*layers)
        for name, out in spec.heads.items():
            head = build_head(channels, spec.head_width(HEAD_CHANNELS), out)
            initialize_head(name, head, shrink_all)
            self.add_module(name, head)
