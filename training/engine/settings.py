"""What a training run is made of; config/training has files of these fields."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from centernet_ros.models import ModelSpec
from centernet_ros.models.spec import InputSpec, Orientation, PoseDecoder, Task
from centernet_ros.skeleton import COCO_SKELETON, Skeleton
from training.augmentation.options import Augmentation
from training.engine.joint_settings import JointSettings
from training.losses import LossOptions
from training.targets.options import TargetOptions

HEADS: Mapping[Task, Mapping[str, int]] = {
    "ctdet": {"wh": 2, "reg": 2},
    "multi_pose": {"wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
    "ddd": {"dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
}
# The configurations that training on a person's own data begins with.
FINETUNE: Mapping[Task, str] = {
    "ctdet": "finetune",
    "multi_pose": "finetune_pose",
    "ddd": "finetune_3d",
}
BatchNormMode = Literal["batch", "synchronized", "frozen"]
Schedule = Literal["steps", "cosine"]
Auto = Literal["auto"]
Precision = Literal["32-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true", "64-true"]


@dataclass(frozen=True)
class TaskSettings:
    """What differs for one task of a network for several; null is the run's own.

    Attributes:
        heads: head -> channels besides "hm".
        batch_size: images of the task per optimizer step.
        augmentation: random changes of its images.
        targets: variants of its targets.
        loss: variants of its loss.
    """

    heads: dict[str, int] | None = None
    batch_size: int | None = None
    augmentation: Augmentation | None = None
    targets: TargetOptions | None = None
    loss: LossOptions | None = None


@dataclass(frozen=True)
class SettingsOfTasks:
    """What differs for the tasks of a network for several.

    Attributes:
        ctdet: of 2D detection.
        multi_pose: of human poses.
        ddd: of 3D detection.
    """

    ctdet: TaskSettings = field(default_factory=TaskSettings)
    multi_pose: TaskSettings = field(default_factory=TaskSettings)
    ddd: TaskSettings = field(default_factory=TaskSettings)


@dataclass(frozen=True)
class Settings:
    """The settings of a training.

    Attributes:
        arch: architecture of the network.
        input: how images become the network's input.
        heads: head -> channels besides "hm", null for the task's own.
        head_conv: hidden channels of each head, null for the architecture's own.
        orientation: what the head "rot" of 3D learns, "alpha", the heading relative to the viewing
            ray as in the paper, or "rotation_y", the heading in the camera's frame, which is much
            the same for all cars on the road of a camera that looks along it.
        pose_decoder: how joints are found, "nearest" as in the paper, or "weighted" as in MoveNet.
        init_weights: checkpoint to start from, or name of a published model; null for random
            weights.
        epochs: passes over the training data.
        batch_size: images per optimizer step, over all processes; "auto" for a power of two that
            fits the memory of a GPU, or 8 on a CPU.
        accumulate: backward passes per step; each takes a batch of so many times less.
        learning_rate: Adam's, for this batch size.
        learning_rate_steps: epochs after which the learning rate falls to a tenth.
        learning_rate_schedule: "steps", or "cosine" for half a wave down to 0, in steps of an
            epoch (Loshchilov and Hutter 2017, without restarts); learning_rate_steps do not count
            then.
        augmentation: random changes of training images.
        targets: variants of the targets.
        loss: variants of the loss.
        joints: what takes the place of what the data say of their joints.
        trainable_heads: heads that learn while the rest of the network stays as it starts, all if
            empty.
        batch_norm: batch norms use the statistics of each process's "batch", are "synchronized"
            over processes, or "frozen" at what they are.
        bn_calibration_batches: number of batches on which the statistics are measured that the
            batch norms of the initial weights shall have, without changing what the network
            computes.
        precise_bn_batches: after the last epoch, batch norms get the mean statistics of so many
            batches of training images without augmentation.
        ema_decay: decay of the exponential moving average of the weights over optimizer steps,
            which is then what is evaluated and saved; 0 for the weights themselves.
        precision: number format of the network's arithmetic, as Lightning Fabric calls it.
        evaluate_every: epochs between evaluations.
        patience: the training ends after so many evaluations without a better first figure; 0 for
            never.
        flip_test: average with the mirrored image in evaluation.
        workers: data loading processes for each training process.
        seed: seed of all randomness.
        tasks: what differs for the tasks of a network for several.

    Raises:
        ValueError: values that are impossible or do not go together.
    """

    arch: str = "dla_34"
    input: InputSpec = field(default_factory=InputSpec)
    heads: dict[str, int] | None = None
    head_conv: int | None = None
    orientation: Orientation = "alpha"
    pose_decoder: PoseDecoder = "nearest"
    init_weights: str | None = None
    epochs: int = 140
    batch_size: int | Auto = 128
    accumulate: int = 1
    learning_rate: float = 5e-4
    learning_rate_steps: tuple[int, ...] = (90, 120)
    learning_rate_schedule: Schedule = "steps"
    augmentation: Augmentation = field(default_factory=Augmentation)
    targets: TargetOptions = field(default_factory=TargetOptions)
    loss: LossOptions = field(default_factory=LossOptions)
    joints: JointSettings = field(default_factory=JointSettings)
    trainable_heads: tuple[str, ...] = ()
    batch_norm: BatchNormMode = "batch"
    bn_calibration_batches: int = 0
    precise_bn_batches: int = 0
    ema_decay: float = 0.0
    precision: Precision = "32-true"
    evaluate_every: int = 5
    patience: int = 0
    flip_test: bool = False
    workers: int = 4
    seed: int = 317
    tasks: SettingsOfTasks = field(default_factory=SettingsOfTasks)

    def __post_init__(self) -> None:
        for name, choices in (
            ("batch_norm", get_args(BatchNormMode)),
            ("learning_rate_schedule", get_args(Schedule)),
            ("precision", get_args(Precision)),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} {getattr(self, name)!r}, expected {', '.join(choices)}")
        for name in ("epochs", "batch_size", "accumulate", "evaluate_every"):
            value = getattr(self, name)
            if value != "auto" and value < 1:
                raise ValueError(f"{name} {getattr(self, name)}, expected 1 or more")
        for name in ("workers", "bn_calibration_batches", "precise_bn_batches", "patience"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} {getattr(self, name)}, expected 0 or more")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate {self.learning_rate}, expected more than 0")
        if not 0 <= self.ema_decay < 1:
            raise ValueError(f"ema_decay {self.ema_decay}, expected at least 0 and less than 1")
        if self.trainable_heads and self.batch_norm != "frozen":
            raise ValueError(
                f"batch_norm {self.batch_norm!r}, expected frozen as only heads learn"
            )
        if self.batch_norm == "frozen" and self.precise_bn_batches:
            raise ValueError(
                f"precise_bn_batches {self.precise_bn_batches}, expected 0 as the batch norms "
                "are frozen"
            )

    def learning_rate_at(self, epoch: int) -> float:
        """Learning rate of an epoch, counted from 0."""
        if self.learning_rate_schedule == "cosine":
            return self.learning_rate * (1 + math.cos(math.pi * epoch / self.epochs)) / 2
        return self.learning_rate * 0.1 ** sum(epoch >= step for step in self.learning_rate_steps)

    def for_task(self, task: Task) -> Settings:
        """The settings of one of several tasks."""
        own: TaskSettings = getattr(self.tasks, task)
        values = {f.name: getattr(own, f.name) for f in fields(own)}
        changed = {name: value for name, value in values.items() if value is not None}
        return replace(self, tasks=SettingsOfTasks(), **changed)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def make_spec(
    settings: Settings,
    task: Task,
    class_names: Sequence[str],
    focal_length: float | None = None,
    skeleton: Skeleton | None = None,
) -> ModelSpec:
    """The network that settings and data ask for.

    Args:
        settings: of the run.
        task: of the network.
        class_names: of the data.
        focal_length: of the data's cameras in pixels of the input, for 3D.
        skeleton: of the data's joints, for poses.
    """
    heads = {"hm": len(class_names), **(settings.heads or HEADS[task])}
    if settings.targets.size_per_class:
        heads["wh"] = 2 * len(class_names)
    if task == "multi_pose" and skeleton:
        count = len(skeleton)
        heads |= {"hps": 2 * count} | ({"hm_hp": count} if "hm_hp" in heads else {})
        if heads.get("hp_offset", 2) > 2:  # an offset for each joint
            heads["hp_offset"] = 2 * count
    return ModelSpec(
        settings.arch,
        heads,
        tuple(class_names),
        settings.input,
        settings.head_conv,
        focal_length=focal_length,
        orientation=settings.orientation if task == "ddd" else "alpha",
        pose_decoder=settings.pose_decoder if task == "multi_pose" else "nearest",
        skeleton=skeleton if task == "multi_pose" and skeleton != COCO_SKELETON else None,
    )
