"""A training run from settings and data sets to checkpoints."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

from centernet_ros.models import CenterNet, ModelSpec, create_model, save_model
from centernet_ros.models.checkpoint import load_weights, read_checkpoint
from centernet_ros.models.spec import Task
from centernet_ros.predictor import Predictor
from centernet_ros.structures import Detections
from training.data_sets.examples import Examples
from training.data_sets.sample import DataSet
from training.data_sets.sampler import EpochSampler
from training.engine import StackedMaps, TrainingError, evaluate, train_one_epoch
from training.norms import calibrate_norms, set_norm_mode, synchronise_norms
from training.settings import Settings, make_spec
from training.start_weights import take_weights

Score = Callable[[DataSet, Sequence[Detections]], Mapping[str, float]]


@dataclass
class Progress:
    """Where a run stands: finished epochs, backward passes, and the best score so far."""

    epoch: int = 0
    step: int = 0
    best: float = -1.0


def train(
    fabric: Fabric,
    settings: Settings,
    task: Task,
    train_set: DataSet,
    test_set: DataSet | None,
    score: Score,
    output: Path,
    resume: bool = False,
) -> dict[str, float]:
    """Train a network, writing "last.pt" after each epoch and "best.pt", and TensorBoard's files.

    Args:
        fabric: launched.
        settings: of the run.
        task: of the network.
        train_set: what to learn from.
        test_set: what to evaluate on, if anything.
        score: figures of detections; "best.pt" follows the first.
        output: folder, created.
        resume: go on from "last.pt".

    Returns:
        the last figures.

    Raises:
        TrainingError, CheckpointError, DataError, ValueError: what stops the run.
    """
    output.mkdir(parents=True, exist_ok=True)
    fabric.seed_everything(settings.seed, verbose=False)
    model = create_model(make_spec(settings, task, train_set.class_names))
    sampler, loader = make_loader(fabric, settings, train_set, model.spec)
    progress, state = Progress(), None
    if resume:
        progress, state = read_state(model, output / "last.pt", settings)
    elif (output / "last.pt").exists():
        raise TrainingError(f"{output}/last.pt exists: expected --resume or another --output")
    elif settings.start:
        fabric.print(f"{settings.start}: {take_weights(model, Path(settings.start))}")
        calibrate(model, loader, settings)
    if settings.norms == "synchronised" and fabric.world_size > 1:
        synchronise_norms(model)
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), settings.lr)
    wrapped, optimizer = fabric.setup(StackedMaps(model), optimizer)
    if state:
        optimizer.load_state_dict(state)
    writer = SummaryWriter(output) if fabric.is_global_zero else None
    figures: dict[str, float] = {}

    def report(losses: Mapping[str, float]) -> None:
        progress.step += 1
        for name, value in losses.items() if writer else ():
            writer.add_scalar(f"loss/{name}", value, progress.step)

    for epoch in range(progress.epoch, settings.epochs):
        sampler.epoch = epoch
        for group in optimizer.param_groups:
            group["lr"] = settings.find_rate(epoch)
        set_norm_mode(wrapped, settings.norms)
        options = settings.make_loss_options()
        losses = train_one_epoch(
            fabric,
            wrapped,
            optimizer,
            loader,
            options,
            settings.accumulate,
            report,
            output / f"failed_batch_{fabric.global_rank}.pt",
        )
        progress.epoch = epoch + 1
        fabric.print(f"epoch {progress.epoch}: {format_figures(losses)}")
        due = progress.epoch % settings.evaluate_every == 0 or progress.epoch == settings.epochs
        if fabric.is_global_zero:
            if test_set and due:
                weights = copy.deepcopy(model).float()
                predict = Predictor(weights, fabric.device, flip=settings.flip_test)
                figures = dict(score(test_set, evaluate(predict, test_set.samples)))
                print(f"epoch {progress.epoch}: {format_figures(figures)}")
                for name, value in figures.items():
                    writer.add_scalar(f"test/{name}", value, progress.step)
                if next(iter(figures.values())) > progress.best:
                    progress.best = next(iter(figures.values()))
                    write(model, output / "best.pt")
            write(model, output / "last.pt", make_state(progress, optimizer, settings))
        fabric.barrier()
    return figures


def make_loader(
    fabric: Fabric, settings: Settings, data: DataSet, spec: ModelSpec
) -> tuple[EpochSampler, DataLoader]:
    """Batches of this process, and what orders them."""
    share, rest = divmod(settings.batch_size, fabric.world_size * settings.accumulate)
    if rest or not share:
        raise ValueError(
            f"batch_size {settings.batch_size}, expected a multiple of {fabric.world_size} "
            f"processes times accumulate {settings.accumulate}"
        )
    examples = Examples(
        data,
        spec,
        settings.make_augmentation(spec.task),
        dict(settings.targets),
        settings.seed,
    )
    sampler = EpochSampler(
        len(examples), share, settings.seed, fabric.global_rank, fabric.world_size
    )
    loader = DataLoader(
        examples,
        batch_sampler=sampler,
        num_workers=settings.workers,
        pin_memory=fabric.device.type == "cuda",
    )
    return sampler, fabric.setup_dataloaders(loader, use_distributed_sampler=False)


def calibrate(model: CenterNet, loader: DataLoader, settings: Settings) -> None:
    """Measure the statistics of the start weights' batch norms, if settings ask for it."""
    if settings.calibration_batches:
        batches = (batch["image"] for batch, _ in zip(loader, range(settings.calibration_batches)))
        calibrate_norms(model.eval(), batches)


def make_state(
    progress: Progress, optimizer: torch.optim.Optimizer, settings: Settings
) -> dict[str, Any]:
    """What resuming needs besides the weights."""
    return {
        "progress": vars(progress).copy(),
        "optimizer": optimizer.state_dict(),
        "settings": settings.to_dict(),
    }


def read_state(
    model: CenterNet, path: Path, settings: Settings
) -> tuple[Progress, dict[str, Any]]:
    """Load weights, and return where the run stood and its optimiser's state.

    Raises:
        CheckpointError: the file is missing, damaged or of another network.
        TrainingError: it is no training's, or was trained with other settings.
    """
    checkpoint = read_checkpoint(path)
    if "training" not in checkpoint:
        raise TrainingError(f"{path}: weights alone, expected the last.pt of a training")
    state = checkpoint["training"]
    free = ("epochs", "workers", "evaluate_every", "flip_test", "start")
    before, now = state["settings"], settings.to_dict()
    differing = [name for name in now if name not in free and before.get(name) != now[name]]
    if differing:
        listing = ", ".join(f"{n} was {before.get(n)} and is {now[n]}" for n in differing)
        raise TrainingError(f"{path}: {listing}; expected the same settings")
    load_weights(model, checkpoint["state_dict"], path)
    return Progress(**state["progress"]), state["optimizer"]


def write(model: CenterNet, path: Path, state: Mapping[str, Any] | None = None) -> None:
    """Save a checkpoint; if that fails, the one before stays.

    Raises:
        TrainingError: it cannot be written.
    """
    try:
        save_model(model, path, state)
    except (OSError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(
            f"{path}: cannot be written ({reason}); an earlier one there is kept"
        ) from error


def format_figures(figures: Mapping[str, float]) -> str:
    """Names and values in one line."""
    return ", ".join(f"{name} {value:.4f}" for name, value in figures.items())
