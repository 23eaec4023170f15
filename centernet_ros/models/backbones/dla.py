"""CenterNet on DLA-34 (paper section 5, figure 6)."""

from __future__ import annotations

from torch import Tensor

from centernet_ros.models.backbones.dla_base import CHANNELS, DLABase
from centernet_ros.models.backbones.dla_up import ConcatIDA, DeformIDA, DLAUp
from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.heads import build_head, initialize_head, shrink_all, zero_biases
from centernet_ros.models.spec import ModelSpec

HEAD_CHANNELS = 256
PYRAMID = CHANNELS[2:]


class DLA(CenterNet):
    """dla_34: deformable convolutions in every step of the up-sampling."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__(spec)
        self.base = DLABase()
        self.dla_up = DLAUp(DeformIDA, PYRAMID)
        self.ida_up = DeformIDA(PYRAMID[0], PYRAMID[1:3], (2, 4))
        for name, channels in spec.heads.items():
            head = build_head(PYRAMID[0], spec.head_width(HEAD_CHANNELS), channels)
            initialize_head(name, head, zero_biases)
            self.add_module(name, head)

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        x = self.ida_up(self.dla_up(self.base(images))[:3])[-1]
        return [{name: self.get_submodule(name)(x) for name in self.heads}]


class OriginalDLA(CenterNet):
    """dlav0_34: the up-sampling of the DLA paper, of ordinary convolutions."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__(spec)
        self.base = DLABase()
        self.dla_up = DLAUp(ConcatIDA, PYRAMID)
        for name, channels in spec.heads.items():
            head = build_head(PYRAMID[0], spec.head_width(HEAD_CHANNELS), channels)
            initialize_head(name, head, shrink_all)
            self.add_module(name, head)

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See CenterNet."""
        x = self.dla_up(self.base(images))[0]
        return [{name: self.get_submodule(name)(x) for name in self.heads}]
