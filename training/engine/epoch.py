"""One epoch of training, and detection over a data set."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

from centernet_ros.datasets.sample import Sample, read_image
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import CenterNet
from centernet_ros.models.spec import Task
from centernet_ros.structures import Detections, Image
from training.data.joint_loader import JointLoader
from training.losses import LossOptions, compute_joint_losses

if TYPE_CHECKING:
    from lightning_fabric import Fabric


Item = TypeVar("Item")


class StackedMaps(nn.Module):
    """A network whose forward gives the maps of every stack; Fabric wraps forward alone."""

    def __init__(self, model: CenterNet) -> None:
        super().__init__()
        self.model = model
        self.spec = model.spec

    def forward(self, images: Tensor) -> list[dict[str, Tensor]]:
        """See `CenterNet.forward_stacks`."""
        return self.model.forward_stacks(images)


class TrainingError(Exception):
    """Training that cannot go on; the message says why and what to look at."""


def train_one_epoch(
    fabric: Fabric,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loader: JointLoader,
    options: Mapping[Task, LossOptions],
    accumulate: int = 1,
    report: Callable[[dict[str, float]], None] = lambda losses: None,
    failed_batch: Path = Path("failed_batch.pt"),
) -> dict[str, float]:
    """Go through the loader once.

    Args:
        fabric: where and in which precision.
        model: a StackedMaps set up by Fabric.
        optimizer: set up by Fabric.
        loader: of batches.
        options: of each task's loss.
        accumulate: backward passes per step of the optimizer.
        report: gets the losses of every backward pass.
        failed_batch: where a batch goes whose loss is not finite.

    Returns:
        mean losses, and "waiting", the share of the time that passed waiting for data.

    Raises:
        TrainingError: a loss is not finite.
    """
    sums: dict[str, float] = defaultdict(float)
    clock = DataClock()
    progress = tqdm(loader, leave=False, disable=None if fabric.is_global_zero else True)
    for step, batches in enumerate(clock.watch(progress)):
        last = (step + 1) % accumulate == 0
        with fabric.no_backward_sync(model, enabled=not last):
            images = torch.cat([batch["image"] for batch in batches.values()])
            stacks = model(images.contiguous(memory_format=torch.channels_last))
            losses = compute_joint_losses(stacks, batches, model.spec, options)
            # Of all processes, so that they stop together.
            whole = fabric.all_reduce(torch.stack([*losses.values()]).detach(), reduce_op="mean")
            values = dict(zip(losses, whole.tolist()))
            if not math.isfinite(values["loss"]):
                torch.save(batches, failed_batch)
                raise TrainingError(
                    f"the loss is not finite ({values}): batch saved in {failed_batch}"
                )
            fabric.backward(losses["loss"] / accumulate)
        if last:
            optimizer.step()
            optimizer.zero_grad()
        for name, value in values.items():
            sums[name] += value
        report(values)
        progress.set_postfix(loss=f"{sums['loss'] / (step + 1):.3f}")
    return {name: total / len(loader) for name, total in sums.items()} | {"waiting": clock.share}


class DataClock:
    """Measures which share of a loop's time its iterator takes.

    Attributes:
        share: 0..1, once the loop has ended.
    """

    def __init__(self) -> None:
        self.share = 0.0

    def watch(self, batches: Iterable[Item]) -> Iterator[Item]:
        """The same batches. What comes before the first one, the start of workers, counts too."""
        began = asked = time.perf_counter()
        waiting = 0.0
        for batch in batches:
            waiting += time.perf_counter() - asked
            yield batch
            asked = time.perf_counter()
        self.share = waiting / (asked - began) if asked > began else 0.0


def evaluate(
    predict: Predictor, samples: Sequence[Sample], task: Task, batch_size: int = 8
) -> list[Detections]:
    """The objects of a task found in each sample's image.

    Raises:
        DataError: an image is missing or does not decode.
    """
    found: list[Detections] = []
    # Images at their own resolution hardly ever share a size, and so a batch.
    own_size = predict.input.dynamic and predict.input.resize == "none"
    step = 1 if own_size else batch_size
    for start in tqdm(range(0, len(samples), step), leave=False, disable=None):
        batch = samples[start : start + step]
        images = [Image(read_image(sample.path)) for sample in batch]
        cameras = (
            [sample.annotations_3d.projection for sample in batch]
            if batch[0].annotations_3d
            else None
        )
        found += predict.predict_tasks(images, cameras)[task]
    return found
