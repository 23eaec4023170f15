"""One epoch of training."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

from centernet_ros.models import CenterNet
from centernet_ros.models.spec import Task
from training.data.joint_loader import JointLoader
from training.losses import LossOptions, compute_joint_losses

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from lightning_fabric.wrappers import _FabricModule


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
    model: _FabricModule,
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
        model: a `StackedMaps` set up by Fabric.
        optimizer: set up by Fabric.
        loader: of batches.
        options: of each task's loss.
        accumulate: backward passes per step of the optimizer.
        report: gets the losses of every backward pass.
        failed_batch: where a batch goes whose loss is not finite.

    Returns:
        mean losses, and "waiting", the share of the time that passed waiting for data.

    Raises:
        TrainingError: a loss is not finite, or batch norms cannot learn from one image.
    """
    stacked = model.module
    assert isinstance(stacked, StackedMaps)
    spec = stacked.spec
    sums: dict[str, float] = defaultdict(float)
    clock = DataClock()
    progress = tqdm(loader, leave=False, disable=None if fabric.is_global_zero else True)
    for step, batches in enumerate(clock.watch(progress)):
        # The last step of an epoch may have fewer passes than the others.
        passes = min(accumulate, len(loader) - step + step % accumulate)
        last = step % accumulate == passes - 1
        with fabric.no_backward_sync(model, enabled=not last):
            images = torch.cat([batch["image"] for batch in batches.values()])
            stacks = compute_stacks(model, images)
            losses = compute_joint_losses(stacks, batches, spec, options)
            # Of all processes, so that they stop together.
            mean = fabric.all_reduce(torch.stack([*losses.values()]).detach(), reduce_op="mean")
            assert isinstance(mean, Tensor)
            values = dict(zip(losses, mean.tolist()))
            if not math.isfinite(values["loss"]):
                torch.save(batches, failed_batch)
                raise TrainingError(
                    f"the loss is not finite ({values}): batch saved in {failed_batch}"
                )
            fabric.backward(losses["loss"] / passes)
        if last:
            optimizer.step()
            optimizer.zero_grad()
        for name, value in values.items():
            sums[name] += value
        report(values)
        progress.set_postfix(loss=f"{sums['loss'] / (step + 1):.3f}")
    return {name: total / len(loader) for name, total in sums.items()} | {"waiting": clock.share}


def compute_stacks(model: _FabricModule, images: Tensor) -> list[dict[str, Tensor]]:
    """The maps of (B, 3, H, W) images.

    Raises:
        TrainingError: a batch norm of a single value has no statistics to learn.
    """
    try:
        stacks: list[dict[str, Tensor]] = model(
            images.contiguous(memory_format=torch.channels_last)
        )
        return stacks
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):  # PyTorch has no class for it
            raise
        raise TrainingError(
            "batch norms of this network cannot learn from one image at a time: expected a "
            "batch_size of 2 or more for each process and backward pass, or batch_norm: frozen"
        ) from error


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
