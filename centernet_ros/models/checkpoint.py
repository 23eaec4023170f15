"""Checkpoints: weights together with the ModelSpec that they belong to."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from centernet_ros.models.architectures import create_model
from centernet_ros.models.authors_checkpoint import clean_weights, infer_spec
from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.checkpoint_error import CheckpointError
from centernet_ros.models.checkpoint_files import holds_tensors, read_contents
from centernet_ros.models.description import FORMAT, read_spec
from centernet_ros.models.uninitialized import SkipInitialization


def save_model(
    model: CenterNet, path: str | os.PathLike[str], training: Mapping[str, Any] | None = None
) -> None:
    """Write weights and description; a file already there is replaced only by a whole new one.

    Args:
        model: of any architecture.
        path: the file.
        training: what continuing its training takes besides, in plain containers and tensors.
    """
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        contents = {
            "format": FORMAT,
            "spec": model.spec.to_dict(),
            "state_dict": model.state_dict(),
        }
        # A file of Python's own: torch's would not say why it cannot be written.
        with part.open("wb") as file:
            torch.save(contents | ({"training": dict(training)} if training else {}), file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load_model(
    path: str | os.PathLike[str], class_names: Sequence[str] | None = None
) -> CenterNet:
    """Read a checkpoint of this package or of the paper's authors.

    Args:
        path: the file; the authors' have no description, so theirs is inferred from the tensors.
        class_names: one per class, instead of those described or inferred.

    Returns:
        the network on the CPU in eval mode.

    Raises:
        CheckpointError: the file is missing, damaged, not a checkpoint, or its tensors do not fit.
    """
    checkpoint = read_checkpoint(Path(path))
    weights = checkpoint["state_dict"]
    try:
        if "format" in checkpoint:
            spec = read_spec(checkpoint)
        else:
            weights = clean_weights(weights)
            spec = infer_spec(weights)
        if class_names is not None:
            spec = replace(spec, class_names=tuple(class_names))
        with SkipInitialization():
            model = create_model(spec)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: {error}") from error
    load_weights(model, weights, path)
    return model.eval()


def read_checkpoint(path: Path) -> Mapping[str, Any]:
    """The contents of a checkpoint file with a "state_dict"; bare tensors become one.

    Raises:
        CheckpointError: there is no such file, or it is not a checkpoint.
    """
    checkpoint = read_contents(path)
    if checkpoint and holds_tensors(checkpoint):
        return {"state_dict": checkpoint}
    if not isinstance(checkpoint, Mapping) or not holds_tensors(checkpoint.get("state_dict")):
        raise CheckpointError(
            f"{path}: no state_dict of tensors in it, expected a checkpoint of a network"
        )
    return checkpoint


def load_weights(
    model: CenterNet, weights: Mapping[str, Tensor], path: str | os.PathLike[str]
) -> None:
    """Copy weights into a network that they must fit exactly.

    Raises:
        CheckpointError: names and shapes that differ, or values that are not finite.
    """
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    if found != expected:
        differing = [
            f"{name} is {found.get(name, 'missing')}, expected {expected.get(name, 'none')}"
            for name in sorted(found.keys() | expected.keys())
            if found.get(name) != expected.get(name)
        ]
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        listing = "; ".join(differing[:5])
        raise CheckpointError(f"{path}: does not fit {model.arch}: {listing}{more}")
    broken = [name for name, tensor in weights.items() if not torch.isfinite(tensor).all()]
    if broken:
        raise CheckpointError(f"{path}: values that are not finite in {', '.join(broken[:5])}")
    model.load_state_dict(weights)
