"""Dividing by a count over all processes, so that their number does not change the loss."""

from __future__ import annotations

import torch.distributed as dist
from torch import Tensor


def divide_by_total(total: Tensor, count: Tensor, epsilon: float = 0.0) -> Tensor:
    """A sum over this process's share of a batch, divided by a count over the whole batch.

    Gradients are averaged over processes, hence the factor of their number.

    Args:
        total: () sum over this process's samples.
        count: () of this process's samples.
        epsilon: added to the whole count; without it, a whole count of 0 divides by 1.
    """
    count, processes = count.detach().to(total.dtype), 1
    if dist.is_available() and dist.is_initialized():
        count, processes = count.clone(), dist.get_world_size()
        dist.all_reduce(count)
    return total * processes / (count + epsilon if epsilon else count.clamp(min=1))
