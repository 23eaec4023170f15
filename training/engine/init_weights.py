"""Weights to start training from: whatever fits of a checkpoint."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from centernet_ros.models import CenterNet, CheckpointError, ModelSpec
from centernet_ros.models.authors_checkpoint import clean_weights
from centernet_ros.models.checkpoint import (
    read_checkpoint,
    read_spec,
)
from training.engine.init_heads import add_hidden_channels, make_sizes, take_classes

SHOWN = 6


@dataclass(frozen=True)
class StartReport:
    """Names of tensors.

    Attributes:
        taken: from the checkpoint.
        initial: the network's, that keep their initial values.
        unused: the checkpoint's, that the network lacks or has in another shape.
        differences: sentences on what the checkpoint learned otherwise than the network is to.
    """

    taken: tuple[str, ...]
    initial: tuple[str, ...]
    unused: tuple[str, ...]
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{len(self.taken)} tensors taken; {len(self.initial)} keep their initial values"
            f"{_list_names(self.initial)}; {len(self.unused)} of the checkpoint not used"
            f"{_list_names(self.unused)}"
        )


def _list_names(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f" ({', '.join(names[:SHOWN])}{more})"


def take_weights(model: CenterNet, path: Path) -> StartReport:
    """Copy the tensors whose names and shapes fit.

    Args:
        model: changed in place.
        path: a checkpoint of this package or of the paper's authors, a trunk trained on ImageNet
            (torchvision's ResNets, the authors' DLA-34), or ExtremeNet's file for the hourglass,
            of which all but the heads fits. The heads of this package's networks for one task
            fit that task of a network for several; `training.engine.init_heads` makes others fit.

    Raises:
        CheckpointError: the file is missing or damaged, or nothing of it fits.
    """
    checkpoint = read_checkpoint(path)
    weights = _read_weights(checkpoint, model.spec)
    expected = model.state_dict()
    weights |= add_hidden_channels(weights, expected)
    # The trunk of DLA is a part called "base" here, and the whole network in its own file.
    if not any(name in expected for name in weights):
        weights = {f"base.{name}": tensor for name, tensor in weights.items()}
    fitting = {
        name: tensor
        for name, tensor in weights.items()
        if name in expected and tensor.shape == expected[name].shape
    }
    if not fitting:
        raise CheckpointError(f"{path}: no tensor fits {model.arch}, expected some of its names")
    model.load_state_dict(fitting, strict=False)
    return StartReport(
        tuple(fitting),
        tuple(name for name in expected if name not in fitting),
        tuple(name for name in weights if name not in fitting),
        tuple(compare_specs(checkpoint, model.spec)),
    )


def compare_specs(checkpoint: Mapping[str, Any], spec: ModelSpec) -> list[str]:
    """Sentences on what a checkpoint of this package learned otherwise than a network is to.

    A mean or an order of channels that the weights do not know costs accuracy without a word.
    """
    if "format" not in checkpoint:
        return []
    own = read_spec(checkpoint)
    learned, wanted = map(describe_spec, (own, spec))
    return [
        f"{name} was {learned[name]} and is {wanted[name]}"
        for name in wanted
        if name in learned and not _is_near(learned[name], wanted[name])
    ]


def describe_spec(spec: ModelSpec) -> dict[str, object]:
    """What weights are learned for, by the names of the settings."""
    inputs = {f"input.{name}": value for name, value in asdict(spec.input).items()}
    del inputs["input.focal_length"]  # follows from the data and the size of the input
    orientation = {"orientation": spec.orientation} if "rot" in spec.heads else {}
    decoder = {"pose_decoder": spec.pose_decoder} if "hps" in spec.heads else {}
    return {"arch": spec.arch, **orientation, **decoder, **inputs}


def _is_near(one: object, other: object) -> bool:
    """Whether values are equal but for rounding."""
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_is_near, one, other))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-6)
    return one == other


def _read_weights(checkpoint: Mapping[str, Any], spec: ModelSpec) -> dict[str, Tensor]:
    """Name -> tensor, of a checkpoint or of a bare state_dict, for a network of some tasks."""
    weights = checkpoint["state_dict"]
    if "format" not in checkpoint:
        return clean_weights(weights)
    own = read_spec(checkpoint)
    if own.parts:
        return dict(weights)
    wanted = spec.parts.get(own.task, spec)
    weights = {**weights, **take_classes(weights, own.class_names, wanted.class_names)}
    if "ltrb" not in wanted.heads:
        weights |= make_sizes(weights)
    if own.task not in spec.parts:
        return weights
    return {_name_joint_head(name, own): tensor for name, tensor in weights.items()}


def _name_joint_head(name: str, spec: ModelSpec) -> str:
    """A tensor's name in a network for several tasks."""
    parts = name.split(".")
    return ".".join(f"{spec.task}/{part}" if part in spec.heads else part for part in parts)
