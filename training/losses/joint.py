"""The losses of a network that learns several tasks at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from centernet_ros.models import ModelSpec
from centernet_ros.models.joint import split_maps
from centernet_ros.models.spec import Task
from training.losses.criterion import compute_losses
from training.losses.options import LossOptions


def compute_joint_losses(
    stacks: Sequence[Mapping[str, Tensor]],
    batches: Mapping[Task, Mapping[str, Tensor]],
    spec: ModelSpec,
    options: Mapping[Task, LossOptions],
) -> dict[str, Tensor]:
    """Each task's losses on its own images, which are labelled for that task alone.

    Args:
        stacks: raw maps of each stack for the images of all tasks, in the order of `batches`.
        batches: each task's "image" (B, 3, h, w) and targets.
        spec: of the network.
        options: of each task's loss.

    Returns:
        head -> () its loss without weight, as task/head where there are several tasks;
        "loss" -> () the sum of the tasks' weighted sums.
    """
    losses: dict[str, Tensor] = {}
    totals = []
    end = 0
    for task, batch in batches.items():
        start, end = end, end + len(batch["image"])
        own = [
            {head: maps[start:end] for head, maps in split_maps(stack, spec)[task].items()}
            for stack in stacks
        ]
        of_task = compute_losses(own, batch, task, options[task])
        totals.append(of_task.pop("loss"))
        prefix = f"{task}/" if spec.parts else ""
        losses |= {f"{prefix}{head}": loss for head, loss in of_task.items()}
    return losses | {"loss": torch.stack(totals).sum()}
