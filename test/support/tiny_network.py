"""A network that trains in no time, as architecture "tiny"."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models import ARCHITECTURES, CenterNet, ModelSpec


class TinyNet(CenterNet):
    """Four convolutions with batch norm and 1x1 heads."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__(spec)
        widths = (3, 16, 32, 32, 32)
        self.convs = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(before, after, 5, stride, 2, bias=False), nn.BatchNorm2d(after)
            )
            for before, after, stride in zip(widths, widths[1:], (2, 2, 1, 1))
        )
        self.heads_ = nn.ModuleDict({name: nn.Conv2d(32, n, 1) for name, n in spec.heads.items()})
        for name, head in self.heads_.items():
            if name.endswith("hm"):
                nn.init.constant_(head.bias, -2.19)

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        for layer in self.convs:
            images = F.relu(layer(images))
        return [{name: head(images) for name, head in self.heads_.items()}]


ARCHITECTURES["tiny"] = TinyNet
