"""Where a training run stands, kept in last.pt with the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from centernet_ros.models import CenterNet, save_model
from centernet_ros.models.checkpoint import load_weights, read_checkpoint
from training.engine.epoch import TrainingError
from training.engine.settings import Settings

# Settings that a resumed run may change.
FREE = ("epochs", "workers", "evaluate_every", "flip_test", "init_weights")


@dataclass
class Progress:
    """How far a run is.

    Attributes:
        epoch: finished epochs.
        step: backward passes.
        best: the highest first figure on the validation data so far.
        figures: the last on the validation data.
    """

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    figures: dict[str, float] = field(default_factory=dict)

    def is_best(self) -> bool:
        """Whether the last figures are the best so far, which they then count as."""
        first = next(iter(self.figures.values()))
        better = first > self.best
        self.best = max(first, self.best)
        return better


def make_state(
    progress: Progress, model: CenterNet, optimizer: torch.optim.Optimizer, settings: Settings
) -> dict[str, Any]:
    """What resuming needs besides the weights that are the result."""
    state = {
        "progress": vars(progress).copy(),
        "optimizer": optimizer.state_dict(),
        "settings": settings.to_dict(),
    }
    if settings.ema_decay:
        state["weights"] = model.state_dict()
    return state


def restore(state: Mapping[str, Any], model: CenterNet, optimizer: torch.optim.Optimizer) -> None:
    """Continue from what `make_state` kept; the network has the weights that are the result."""
    optimizer.load_state_dict(state["optimizer"])
    if "weights" in state:
        model.load_state_dict(state["weights"])


def read_state(
    model: CenterNet, path: Path, settings: Settings
) -> tuple[Progress, dict[str, Any]]:
    """Load the weights that were the result so far, and return where the run stood.

    Returns:
        its progress, and what else `restore` needs.

    Raises:
        CheckpointError: the file is missing, damaged or of another network.
        TrainingError: it is no training's, or was trained with other settings.
    """
    checkpoint = read_checkpoint(path)
    if "training" not in checkpoint:
        raise TrainingError(f"{path}: weights alone, expected the last.pt of a training")
    state = checkpoint["training"]
    # Fields that are newer than the run were what they are by default.
    before, now = Settings().to_dict() | state["settings"], settings.to_dict()
    differing = [name for name in now if name not in FREE and before[name] != now[name]]
    if differing:
        listing = ", ".join(f"{n} was {before[n]} and is {now[n]}" for n in differing)
        raise TrainingError(f"{path}: {listing}; expected the same settings")
    load_weights(model, checkpoint["state_dict"], path)
    return Progress(**state["progress"]), state


def write(model: CenterNet, path: Path, state: Mapping[str, Any] | None = None) -> None:
    """Save a checkpoint; if that fails, the one before stays.

    Raises:
        TrainingError: it cannot be written.
    """
    try:
        save_model(model, path, state)
    except (OSError, RuntimeError) as error:
        # torch closes its archive after a failed write, and what that raises comes last.
        reason = str(error.__context__ or error).splitlines()[0]
        raise TrainingError(
            f"{path}: cannot be written ({reason}); an earlier one there is kept"
        ) from error
