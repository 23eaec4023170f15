"""The one list of architectures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from centernet_ros.models.backbones.dla import DLA, OriginalDLA
from centernet_ros.models.backbones.hourglass import HourglassNet
from centernet_ros.models.backbones.mobilenetv3 import MobileNetV3
from centernet_ros.models.backbones.movenet import MoveNet
from centernet_ros.models.backbones.resnet import BLOCK_COUNTS, DeformResNet, ResNet
from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.spec import ModelSpec

ARCHITECTURES: dict[str, Callable[[ModelSpec], CenterNet]] = {
    "mobilenetv3": MobileNetV3,
    **{f"res_{depth}": partial(ResNet, depth=depth) for depth in BLOCK_COUNTS},
    **{f"resdcn_{depth}": partial(DeformResNet, depth=depth) for depth in BLOCK_COUNTS},
    "dla_34": DLA,
    "dlav0_34": OriginalDLA,
    "hourglass": HourglassNet,
    "movenet": MoveNet,
}


def create_model(spec: ModelSpec) -> CenterNet:
    """A network with initial weights.

    Raises:
        ValueError: the architecture is unknown.
    """
    if spec.arch not in ARCHITECTURES:
        raise ValueError(
            f"unknown architecture {spec.arch!r}, expected one of: {', '.join(ARCHITECTURES)}"
        )
    return ARCHITECTURES[spec.arch](spec)
