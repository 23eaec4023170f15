"""A training run from settings and data sets to checkpoints."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader

from centernet_ros.datasets.sample import DataSet
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.best_threshold import find_best_threshold
from centernet_ros.models import CenterNet, ModelSpec, create_model
from centernet_ros.models.description import read_description
from centernet_ros.models.joint import join_specs
from centernet_ros.models.spec import Task
from centernet_ros.structures import Detections
from centernet_ros.weights.store import find_weights
from training.augmentation.options import NO_AUGMENTATION, Augmentation
from training.data.examples import Examples
from training.data.focal_length import complete_input, find_focal_length
from training.data.joint_loader import JointLoader
from training.data.sampler import EpochSampler
from training.data.seen_share import describe_cut
from training.data.splits import Splits
from training.engine.batch_norm import (
    calibrate_norms,
    measure_norms,
    set_norm_mode,
    synchronize_norms,
)
from training.engine.batch_size import choose_batch_size
from training.engine.epoch import StackedMaps, TrainingError, train_one_epoch
from training.engine.evaluate import evaluate
from training.engine.figures import format_figures
from training.engine.init_weights import take_weights
from training.engine.run_log import RunLog
from training.engine.run_state import (
    Progress,
    describe_data,
    make_state,
    read_state,
    restore,
    write,
)
from training.engine.settings import Settings, make_spec
from training.engine.weight_average import follow_weights


def train(
    fabric: Fabric,
    settings: Settings,
    data: Mapping[Task, Splits],
    output: Path,
    resume: bool = False,
) -> dict[str, float]:
    """Train a network, and write its checkpoints and what shows how it goes (`RunLog`).

    "last.pt" is written after each epoch, and "best.pt" whenever the first figure on the
    validation data is the best so far.

    Args:
        fabric: launched.
        settings: of the run.
        data: what each task of the network is learned from.
        output: folder, created.
        resume: go on from "last.pt".

    Returns:
        the figures of "best.pt" on the validation data, empty without such data.

    Raises:
        TrainingError, CheckpointError, DataError, ValueError, OSError: what stops the run.
    """
    output.mkdir(parents=True, exist_ok=True)
    fabric.seed_everything(settings.seed, verbose=False)
    start = output / "last.pt" if resume else None
    if settings.init_weights and not resume:
        start = find_weights(settings.init_weights)
    model = create_model(
        make_joint_spec(settings, data, read_description(start) if start else None)
    )
    if settings.batch_size == "auto":
        images = sum(len(splits.train.samples) for splits in data.values())
        chosen = choose_batch_size(fabric, model, images, settings.accumulate)
        settings = replace(settings, batch_size=chosen)
        fabric.print(f"batch_size auto: {chosen}")
    loader = make_loader(fabric, settings, data, model.spec)
    for note in loader.notes:
        fabric.print(note)
    for task, splits in data.items():
        if cut := describe_cut(splits.train, model.spec.input):
            fabric.print(f"{task}: note: {cut}")
    progress, state = Progress(), None
    learned = describe_data(data)
    if resume:
        progress, state = read_state(model, output / "last.pt", settings, learned)
        fabric.print(f"going on from {output / 'last.pt'} with epoch {progress.epoch + 1}")
    elif (output / "last.pt").exists():
        raise TrainingError(f"{output}/last.pt exists: expected --resume or another --output")
    elif start:
        taken = take_weights(model, start)
        fabric.print(f"{settings.init_weights}: {taken}")
        for difference in taken.differences:
            fabric.print(f"{settings.init_weights}: note: {difference}")
        calibrate(model.to(fabric.device), loader, settings)
    else:
        fabric.print("note: no init_weights, the network starts from random weights")
    if settings.batch_norm == "synchronized" and fabric.world_size > 1:
        synchronize_norms(model)
    if settings.trainable_heads:
        learn_heads(model, settings.trainable_heads)
    use_channels_last(model)
    optimizer = torch.optim.Adam(model.parameters(), settings.learning_rate)
    wrapped, optimizer = fabric.setup(StackedMaps(model), optimizer)
    result = model
    if settings.ema_decay:
        result = follow_weights(model, optimizer.optimizer, settings.ema_decay)
    if state:
        restore(state, model, optimizer)
    log = RunLog(output, settings) if fabric.is_global_zero else None

    def report(losses: Mapping[str, float]) -> None:
        progress.step += 1
        if log:
            log.add_losses(losses, progress.step)

    def save() -> None:
        state = make_state(progress, model, optimizer, settings, learned)
        write(result, output / "last.pt", state)

    while True:
        due = progress.epoch % settings.evaluate_every == 0 or progress.epoch == settings.epochs
        validated = any(splits.validation for splits in data.values())
        if due and validated and progress.evaluated < progress.epoch:
            weights = copy.deepcopy(result).float()
            predict_options = options_for(settings, [s.validation for s in data.values()])
            predict = Predictor(weights, fabric.device, options=predict_options)
            figures, predictions = score_splits(predict, data, "validation")
            fabric.print(f"epoch {progress.epoch}: {format_figures(figures)}")
            best = progress.add(figures)
            if log:
                log.add_figures(figures, progress.epoch, progress.step)
                if best:
                    write_best(result, output / "best.pt", figures)
                    log.draw(data, predictions, figures, progress.step)
                save()
            fabric.barrier()
        if log and due and progress.epoch:
            log.plot()
        if progress.is_over(settings):
            break
        loader.epoch = progress.epoch
        rate = settings.learning_rate_at(progress.epoch)
        for group in optimizer.param_groups:
            group["lr"] = rate
        set_norm_mode(wrapped, settings.batch_norm)
        options = {task: settings.for_task(task).loss for task in data}
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
        progress.epoch += 1
        fabric.print(f"epoch {progress.epoch}: {format_figures(losses)}")
        if progress.epoch == settings.epochs and settings.precise_bn_batches:
            plain = make_loader(fabric, settings, data, model.spec, NO_AUGMENTATION)
            measure_norms(result, read_images(plain, settings.precise_bn_batches))
        if log:
            log.add_epoch(losses, rate, progress.epoch, progress.step)
            save()  # before scoring, which may fail or be broken off
        fabric.barrier()
    if progress.epoch < settings.epochs:
        fabric.print(
            f"ended after epoch {progress.epoch}: {progress.waited} evaluations without a better "
            "first figure"
        )
    return progress.figures


def write_best(model: CenterNet, path: Path, figures: Mapping[str, float]) -> None:
    """Save a checkpoint that says at which score it is best.

    Args:
        model: the network.
        path: the file.
        figures: of `score_splits`.

    Raises:
        TrainingError: it cannot be written.
    """
    spec = model.spec
    model.spec = replace(
        spec,
        confidence_threshold=figures.get("threshold"),
        parts={
            task: replace(part, confidence_threshold=figures.get(f"{task}/threshold"))
            for task, part in spec.parts.items()
        },
    )
    try:
        write(model, path)
    finally:
        model.spec = spec


def options_for(settings: Settings, data: Iterable[DataSet | None]) -> PredictorOptions:
    """What a predictor finds that is scored on some data."""
    most_objects = max((d.most_objects for d in data if d), default=0)
    return PredictorOptions(flip=settings.flip_test).make_room(most_objects)


def score_splits(
    predict: Predictor, data: Mapping[Task, Splits], part: Literal["validation", "test"]
) -> tuple[dict[str, float], dict[Task, Sequence[Detections]]]:
    """Figures of a network's detections in one part of the data.

    Returns:
        figure -> value, also of `find_best_threshold`; of several tasks as task/figure, after
        "mean", that of the first of each; and the detections of each task.
    """
    of_tasks = {}
    found: dict[Task, Sequence[Detections]] = {}
    for task, splits in data.items():
        data_set = getattr(splits, part)
        if data_set:
            found[task] = evaluate(predict, data_set.samples, task)
            of_tasks[task] = {
                **splits.score(data_set, found[task]),
                **find_best_threshold(data_set, found[task]),
            }
    if len(data) == 1:
        return next(iter(of_tasks.values()), {}), found
    firsts = [next(iter(figures.values())) for figures in of_tasks.values()]
    named = {f"{t}/{name}": v for t, figures in of_tasks.items() for name, v in figures.items()}
    return ({"mean": sum(firsts) / len(firsts), **named} if firsts else {}), found


def make_joint_spec(
    settings: Settings, data: Mapping[Task, Splits], start: ModelSpec | None = None
) -> ModelSpec:
    """The network that settings and data ask for.

    Args:
        settings: of the run.
        data: what each task is learned from.
        start: what the initial weights say of themselves. Their depths stay those of the focal
            length that they know: another one would let them learn depth anew.
    """
    known = start.tasks.get("ddd") if start else None
    inputs = complete_input(settings.input, [splits.train for splits in data.values()])
    settings = replace(settings, input=inputs)
    specs = [
        make_spec(
            settings.for_task(task),
            task,
            splits.train.class_names,
            (known and task == "ddd" and known.focal_length)
            or find_focal_length(splits.train, settings.input),
            splits.train.skeleton,
        )
        for task, splits in data.items()
    ]
    return join_specs(specs) if len(specs) > 1 else specs[0]


def learn_heads(model: CenterNet, heads: Sequence[str]) -> None:
    """Let all but some heads stay as they are.

    Raises:
        ValueError: the network has no such head.
    """
    unknown = set(heads) - model.spec.heads.keys()
    if unknown:
        raise ValueError(
            f"trainable_heads: unknown head {', '.join(sorted(unknown))}, expected some of: "
            f"{', '.join(model.spec.heads)}"
        )
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not set(heads).isdisjoint(name.split(".")))


def make_loader(
    fabric: Fabric,
    settings: Settings,
    data: Mapping[Task, Splits],
    spec: ModelSpec,
    augmentation: Augmentation | None = None,
) -> JointLoader:
    """Batches of this process, augmented as the settings say where nothing else is named."""
    loaders: dict[Task, DataLoader] = {}
    samplers: dict[Task, EpochSampler] = {}
    for task, splits in data.items():
        own = settings.for_task(task)
        assert own.batch_size != "auto"  # `train` has chosen one
        share, rest = divmod(own.batch_size, fabric.world_size * own.accumulate)
        if rest or not share:
            raise ValueError(
                f"batch_size {own.batch_size}, expected a multiple of {fabric.world_size} "
                f"processes times accumulate {own.accumulate}"
            )
        chosen = augmentation or own.augmentation
        chosen.check_task(task)
        examples = Examples(splits.train, spec.tasks[task], chosen, own.targets, own.seed)
        samplers[task] = EpochSampler(
            examples.group_by_input(), share, own.seed, fabric.global_rank, fabric.world_size
        )
        loader = DataLoader(
            examples,
            batch_sampler=samplers[task],
            num_workers=own.workers,
            pin_memory=fabric.device.type == "cuda",
        )
        prepared = fabric.setup_dataloaders(loader, use_distributed_sampler=False)
        loaders[task] = cast(DataLoader, prepared)
    return JointLoader(loaders, samplers)


def use_channels_last(model: CenterNet) -> None:
    """Lay the weights of convolutions out as they are fastest, in place."""
    for parameter in model.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)


def calibrate(model: CenterNet, loader: JointLoader, settings: Settings) -> None:
    """Measure the statistics of the start weights' batch norms, if settings ask for it."""
    if settings.bn_calibration_batches:
        calibrate_norms(model.eval(), read_images(loader, settings.bn_calibration_batches))


def read_images(loader: JointLoader, count: int) -> Iterator[Tensor]:
    """The inputs of the first batches, all tasks' together."""
    for batches in itertools.islice(loader, count):
        yield torch.cat([batch["image"] for batch in batches.values()])
