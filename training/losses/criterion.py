"""The total loss of a task's maps against its targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from centernet_ros.models.spec import Task
from training.losses.head_losses import HEAD_LOSSES, LossContext
from training.losses.options import LossOptions


def compute_losses(
    stacks: Sequence[Mapping[str, Tensor]],
    targets: Mapping[str, Tensor],
    task: Task,
    options: LossOptions | None = None,
) -> dict[str, Tensor]:
    """Losses averaged over a network's stacks, in float32 at least.

    Args:
        stacks: raw maps head -> (B, C, H, W) of each stack, from `forward_stacks`.
        targets: batched, from `training.targets`.
        task: of the heads.
        options: variants.

    Returns:
        head -> () its loss without weight; "loss" -> () the weighted sum.
    """
    options = options or LossOptions()
    widened = [{head: _widen(values) for head, values in maps.items()} for maps in stacks]
    contexts = [make_context(targets, maps, task, options) for maps in widened]
    losses: dict[str, Tensor] = {}
    for head in stacks[0]:
        of_stacks = [HEAD_LOSSES[head](context.maps[head], context) for context in contexts]
        losses[head] = torch.stack(of_stacks).mean()
    weighted = [options.weight_of(head) * loss for head, loss in losses.items()]
    return losses | {"loss": torch.stack(weighted).sum()}


def make_context(
    targets: Mapping[str, Tensor], maps: Mapping[str, Tensor], task: Task, options: LossOptions
) -> LossContext:
    """What the losses of a task's heads share.

    In 3D the slots of "box_mask" hold an object, those of "rot_mask" one whose place in space is
    known, those of "reg_mask" one whose depth and dimensions hold, and the authors divide by the
    number of all slots.
    """
    if task == "ddd":
        return LossContext(targets, maps, options, "max_objects", "box_mask")
    return LossContext(targets, maps, options, "num_elements", "reg_mask")


def _widen(maps: Tensor) -> Tensor:
    return maps.float() if maps.dtype in (torch.float16, torch.bfloat16) else maps
