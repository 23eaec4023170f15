"""Where a training run stands, kept in last.pt with the weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from centernet_ros.datasets.sample import DataSet
from centernet_ros.models import CenterNet, save_model
from centernet_ros.models.checkpoint import load_weights, read_checkpoint
from centernet_ros.models.spec import Task
from training.data.splits import Splits
from training.engine.epoch import TrainingError
from training.engine.settings import Settings

# Settings that a resumed run may change.
FREE = ("epochs", "workers", "evaluate_every", "flip_test", "init_weights", "patience")


@dataclass
class Progress:
    """How far a run is.

    Attributes:
        epoch: finished epochs.
        step: backward passes.
        evaluated: the epoch that was scored last.
        best: the highest first figure on the validation data so far.
        figures: all figures of that epoch, which are those of best.pt.
        waited: evaluations since the figure rose.
    """

    epoch: int = 0
    step: int = 0
    evaluated: int = 0
    best: float = -1.0
    figures: dict[str, float] = field(default_factory=dict)
    waited: int = 0

    def add(self, figures: Mapping[str, float]) -> bool:
        """Count the figures of this epoch; whether they are the best so far."""
        first = next(iter(figures.values()))
        improved = first > self.best
        # While nothing is found, what has learned longer is better.
        better = improved or first == self.best == 0
        if better:
            self.best, self.figures = first, dict(figures)
        self.waited = 0 if improved else self.waited + 1
        self.evaluated = self.epoch
        return better

    def is_over(self, settings: Settings) -> bool:
        """Whether all epochs are done, or nothing has become better for too long."""
        tired = settings.patience and self.waited >= settings.patience
        return self.epoch >= settings.epochs or bool(tired)


def describe_data(data: Mapping[Task, Splits]) -> dict[str, str]:
    """Task -> what it is learned from: the number of images, the classes, and a digest."""
    return {task: _describe(splits.train) for task, splits in data.items()}


def _describe(data: DataSet) -> str:
    digest = hashlib.sha256()
    for sample in data.samples:
        digest.update(str(sample.key).encode())
        digest.update(np.ascontiguousarray(sample.boxes).tobytes())
        digest.update(np.ascontiguousarray(sample.labels).tobytes())
    names = ", ".join(data.class_names)
    return f"{len(data.samples)} images of {names} (digest {digest.hexdigest()[:8]})"


def make_state(
    progress: Progress,
    model: CenterNet,
    optimizer: torch.optim.Optimizer,
    settings: Settings,
    data: Mapping[str, str],
) -> dict[str, Any]:
    """What resuming needs besides the weights that are the result."""
    state = {
        "progress": vars(progress).copy(),
        "optimizer": optimizer.state_dict(),
        "settings": settings.to_dict(),
        "data": dict(data),
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
    model: CenterNet, path: Path, settings: Settings, data: Mapping[str, str]
) -> tuple[Progress, dict[str, Any]]:
    """Load the weights that were the result so far, and return where the run stood.

    Args:
        model: changed in place.
        path: last.pt.
        settings: of the run that goes on.
        data: that it learns from, by `describe_data`.

    Returns:
        its progress, and what else `restore` needs.

    Raises:
        CheckpointError: the file is missing, damaged or of another network.
        TrainingError: it is no training's, or was trained with other settings or data.
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
    # Runs from before the data were noted have none.
    for task, learned in state.get("data", {}).items():
        if data.get(task) != learned:
            raise TrainingError(
                f"{path}: learned from {learned}; expected the same data, not {data.get(task)}"
            )
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
