"""A training run from settings and data sets to checkpoints."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch.utils.data import DataLoader

from centernet_ros.models import CenterNet, ModelSpec, create_model
from centernet_ros.models.spec import Task
from centernet_ros.predictor import Predictor
from centernet_ros.structures import Detections
from training.data_sets.examples import Examples
from training.data_sets.focal_length import find_focal_length
from training.data_sets.sample import DataSet
from training.data_sets.sampler import EpochSampler
from training.engine import StackedMaps, TrainingError, evaluate, train_one_epoch
from training.event_log import EventLog
from training.figures import format_figures
from training.norms import calibrate_norms, set_norm_mode, synchronise_norms
from training.run_state import Progress, make_state, read_state, write
from training.settings import Settings, make_spec
from training.start_weights import take_weights

Score = Callable[[DataSet, Sequence[Detections]], Mapping[str, float]]


def train(
    fabric: Fabric,
    settings: Settings,
    task: Task,
    train_set: DataSet,
    validation_set: DataSet | None,
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
        validation_set: what to evaluate on during the run, if anything.
        score: figures of detections; "best.pt" follows the first.
        output: folder, created.
        resume: go on from "last.pt".

    Returns:
        the last figures.

    Raises:
        TrainingError, CheckpointError, DataError, ValueError, OSError: what stops the run.
    """
    output.mkdir(parents=True, exist_ok=True)
    fabric.seed_everything(settings.seed, verbose=False)
    focal_length = find_focal_length(train_set, settings.make_input())
    model = create_model(make_spec(settings, task, train_set.class_names, focal_length))
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
    log = EventLog(output) if fabric.is_global_zero else None

    def report(losses: Mapping[str, float]) -> None:
        progress.step += 1
        if log:
            log.add("loss", losses, progress.step)

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
            if validation_set and due:
                predict = Predictor(
                    copy.deepcopy(model).float(), fabric.device, flip=settings.flip_test
                )
                progress.figures = score_data(predict, validation_set, score)
                print(f"epoch {progress.epoch}: {format_figures(progress.figures)}")
                log.add("validation", progress.figures, progress.step)
                if progress.is_best():
                    write(model, output / "best.pt")
            write(model, output / "last.pt", make_state(progress, optimizer, settings))
        fabric.barrier()
    return progress.figures


def score_data(predict: Predictor, data: DataSet, score: Score) -> dict[str, float]:
    """Figures of a network's detections in a data set."""
    return dict(score(data, evaluate(predict, data.samples)))


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
