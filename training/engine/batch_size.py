"""A batch size that fits the device's memory."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from centernet_ros.models import CenterNet

if TYPE_CHECKING:
    from lightning_fabric import Fabric

# Images of each process at most: larger batches gain little speed and want other learning rates.
LARGEST = 64
# On a CPU larger batches gain no speed at all.
ON_CPU = 8


def choose_batch_size(fabric: Fabric, model: CenterNet, images: int, accumulate: int) -> int:
    """Images per step of the optimizer: a power of two for each process and backward pass.

    Args:
        fabric: launched.
        model: whose input has the size of `model.spec.input`.
        images: of the training data; an epoch has at least eight steps where they allow it.
        accumulate: backward passes per step.
    """
    share = fabric.world_size * accumulate
    enough = max(1, images // (8 * share))
    if fabric.device.type == "cpu":
        each = find_largest(lambda count: True, min(ON_CPU, enough))
    else:
        each = find_largest(lambda count: fits(fabric, model, count), min(LARGEST, enough))
    smallest = fabric.all_reduce(torch.tensor(each, device=fabric.device), reduce_op="min")
    assert isinstance(smallest, torch.Tensor)
    return int(smallest) * share


def find_largest(fits: Callable[[int], bool], limit: int) -> int:
    """The largest power of two up to a limit that fits, or 1; none is tried before its half."""
    count = 1
    while 2 * count <= limit and fits(2 * count):
        count *= 2
    return count


def fits(fabric: Fabric, model: CenterNet, count: int) -> bool:
    """Whether a training step has room on the device for a quarter more than so many images.

    The quarter is what optimizer, losses and evaluation take besides.
    """
    trial = copy.deepcopy(model).to(fabric.device).train()
    images = torch.zeros(count + count // 4, 3, *model.spec.input.size, device=fabric.device)
    try:
        with fabric.autocast():
            maps = [m for stack in trial.forward_stacks(images) for m in stack.values()]
            loss = torch.stack([values.float().square().mean() for values in maps]).sum()
        loss.backward()
    except torch.cuda.OutOfMemoryError:
        return False
    finally:
        del trial, images
        torch.cuda.empty_cache()
    return True
