"""The one list of architectures."""

from __future__ import annotations

from collections.abc import Callable

from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.mobilenetv3 import MobileNetV3
from centernet_ros.models.spec import ModelSpec

ARCHITECTURES: dict[str, Callable[[ModelSpec], CenterNet]] = {
    "mobilenetv3": MobileNetV3,
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
