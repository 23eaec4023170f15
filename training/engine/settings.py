"""What a training run is made of: a YAML file of these fields, see config/training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from centernet_ros.models import ModelSpec
from centernet_ros.models.spec import InputSpec, Task
from training.data.examples import AUGMENTATION_3D, Augmentation
from training.losses import LossOptions

CONFIGURATIONS = Path(__file__).parents[2] / "config/training"
HEADS: Mapping[Task, Mapping[str, int]] = {
    "ctdet": {"wh": 2, "reg": 2},
    "multi_pose": {"wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
    "ddd": {"dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
}
# Fields that a task may have its own of.
OF_TASKS = ("heads", "batch_size", "augmentation", "targets", "loss")


@dataclass(frozen=True)
class Settings:
    """The fields of a configuration file.

    Attributes:
        arch: architecture.
        input: fields of InputSpec.
        heads: head -> channels besides "hm", None for the task's own.
        head_conv: hidden channels of each head, None for the architecture's own.
        start: checkpoint to start from, or name of a published model; None for random weights.
        epochs: passes over the training data.
        batch_size: images per optimizer step, over all processes.
        accumulate: backward passes per step; each takes a batch of so many times less.
        lr: Adam's learning rate, for this batch size.
        lr_steps: epochs after which it falls to a tenth.
        lr_schedule: "steps", or "cosine" for half a wave down to 0, in steps of an epoch
            (Loshchilov and Hutter 2017, without restarts); lr_steps do not count then.
        augmentation: fields of Augmentation, None for the task's own.
        targets: options of the encoding from `training.targets`.
        loss: fields of LossOptions.
        learn: heads that learn while the rest of the network stays as it starts, all if empty.
        norms: batch norms use the statistics of each process's "batch", are "synchronized" over
            processes, or "frozen" at what they are.
        calibration_batches: on so many, measure the statistics that the start weights' batch
            norms shall have, without changing what the network computes.
        measured_batches: after the last epoch, batch norms get the mean statistics of so many
            batches of training images without augmentation.
        ema_decay: of the exponential moving average of the weights over optimizer steps, which is
            then what is evaluated and saved; 0 for the weights themselves.
        precision: of Lightning Fabric, such as 32-true, bf16-mixed or 16-mixed.
        evaluate_every: epochs between evaluations.
        flip_test: average with the mirrored image in evaluation.
        workers: data loading processes for each training process.
        seed: of all randomness.
        tasks: of a network for several tasks, fields that differ for one of them: task -> heads,
            batch_size, augmentation, targets or loss.
    """

    arch: str = "dla_34"
    input: Mapping[str, Any] = field(default_factory=dict)
    heads: Mapping[str, int] | None = None
    head_conv: int | None = None
    start: str | None = None
    epochs: int = 140
    batch_size: int = 128
    accumulate: int = 1
    lr: float = 5e-4
    lr_steps: Sequence[int] = (90, 120)
    lr_schedule: Literal["steps", "cosine"] = "steps"
    augmentation: Mapping[str, Any] | None = None
    targets: Mapping[str, Any] = field(default_factory=dict)
    loss: Mapping[str, Any] = field(default_factory=dict)
    learn: Sequence[str] = ()
    norms: str = "batch"
    calibration_batches: int = 0
    measured_batches: int = 0
    ema_decay: float = 0.0
    precision: str = "32-true"
    evaluate_every: int = 5
    flip_test: bool = False
    workers: int = 4
    seed: int = 317
    tasks: Mapping[Task, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for task, changes in self.tasks.items():
            unknown = {task} - HEADS.keys() or changes.keys() - OF_TASKS
            if unknown:
                raise ValueError(
                    f"tasks: unknown {', '.join(sorted(unknown))}, expected one of "
                    f"{', '.join(HEADS)} with some of {', '.join(OF_TASKS)}"
                )
        if self.norms not in ("batch", "synchronized", "frozen"):
            raise ValueError(f"norms {self.norms!r}, expected batch, synchronized or frozen")
        if self.learn and self.norms != "frozen":
            raise ValueError(f"norms {self.norms!r}, expected frozen as only heads learn")
        if self.norms == "frozen" and self.measured_batches:
            raise ValueError(
                f"measured_batches {self.measured_batches}, expected 0 as norms are frozen"
            )
        if not 0 <= self.ema_decay < 1:
            raise ValueError(f"ema_decay {self.ema_decay}, expected at least 0 and less than 1")
        if self.lr_schedule not in ("steps", "cosine"):
            raise ValueError(f"lr_schedule {self.lr_schedule!r}, expected steps or cosine")
        # YAML takes 5e-4 for a text: numbers need a point before the exponent.
        if not isinstance(self.lr, (int, float)):
            raise ValueError(f"lr {self.lr!r}, expected a number such as 5.0e-4")

    def find_rate(self, epoch: int) -> float:
        """Learning rate of an epoch, counted from 0."""
        if self.lr_schedule == "cosine":
            return self.lr * (1 + math.cos(math.pi * epoch / self.epochs)) / 2
        return self.lr * 0.1 ** sum(epoch >= step for step in self.lr_steps)

    def for_task(self, task: Task) -> Settings:
        """The settings of one of several tasks."""
        return replace(self, tasks={}, **self.tasks.get(task, {}))

    def make_input(self) -> InputSpec:
        """How images become the network's input."""
        lists = {k: tuple(v) if isinstance(v, list) else v for k, v in self.input.items()}
        return InputSpec(**lists)

    def make_augmentation(self, task: Task) -> Augmentation:
        """Random changes of training images."""
        default = AUGMENTATION_3D if task == "ddd" else Augmentation()
        augmentation = replace(default, **(self.augmentation or {}))
        if augmentation.turn_share and task != "multi_pose":
            raise ValueError("augmentation: turn_share is for poses alone, expected 0")
        if augmentation.paste and task != "ddd":
            raise ValueError("augmentation: paste is for 3D alone, expected 0")
        return augmentation

    def make_loss_options(self) -> LossOptions:
        """Variants of the loss."""
        return LossOptions(**self.loss)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def make_spec(
    settings: Settings,
    task: Task,
    class_names: Sequence[str],
    focal_length: float | None = None,
) -> ModelSpec:
    """The network that settings and data ask for.

    Args:
        settings: of the run.
        task: of the network.
        class_names: of the data.
        focal_length: of the data's cameras in pixels of the input, for 3D.
    """
    heads = {"hm": len(class_names), **(settings.heads or HEADS[task])}
    if settings.targets.get("size_per_class"):
        heads["wh"] = 2 * len(class_names)
    return ModelSpec(
        settings.arch,
        heads,
        tuple(class_names),
        settings.make_input(),
        settings.head_conv,
        focal_length=focal_length,
    )


def read_settings(path: Path, changes: Sequence[str] = ()) -> Settings:
    """A configuration file with changes from the command line.

    Args:
        path: YAML.
        changes: NAME=VALUE, the value in YAML.

    Raises:
        ValueError: the file is missing or not YAML, or a field unknown.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file, expected a training configuration")
    values: dict[str, Any] = {}
    for source, text in ((path, path.read_text()), *(("--set", change) for change in changes)):
        try:
            values |= yaml.safe_load(text if source is path else text.replace("=", ": ", 1)) or {}
        except (yaml.YAMLError, TypeError) as error:
            raise ValueError(f"{source}: {text[:60]!r} is not YAML fields ({error})") from error
    known = [f.name for f in fields(Settings)]
    unknown = values.keys() - set(known)
    if unknown:
        raise ValueError(
            f"{path}: unknown field {', '.join(sorted(unknown))}, expected some of: "
            f"{', '.join(known)}"
        )
    try:
        settings = Settings(**values)
        settings.make_input(), settings.make_loss_options()
        Augmentation(**(settings.augmentation or {}))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    return settings
