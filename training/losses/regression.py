"""The L1 losses of everything read at objects' pixels (paper section 3)."""

from __future__ import annotations

from typing import Literal

import torch.nn.functional as F
from torch import Tensor

from training.losses.normalize import divide_by_total

Per = Literal["entry", "object", "slot"]
EPSILON = 1e-4


def weighted_l1(
    found: Tensor,
    target: Tensor,
    weights: Tensor,
    per: Per = "entry",
    smooth: bool = False,
) -> Tensor:
    """Sum of weighted differences, divided.

    Args:
        found: (B, K, C) vectors in K slots, or (B, C, H, W) maps.
        target: the same shape.
        weights: the same shape; 0 where there is nothing to learn.
        per: what the sum is divided by: "entry" the weights, so that channels are averaged (the
            authors' 2D losses); "object" the weights per channel (the paper); "slot" all entries,
            empty ones too (the authors' 3D losses).
        smooth: smooth L1 (Huber, with quadratic part below 1).
    """
    measure = F.smooth_l1_loss if smooth else F.l1_loss
    total = measure(found * weights, target * weights, reduction="sum")
    if per == "slot":
        return total / weights.numel()
    channels = weights.shape[-1] if weights.ndim == 3 else weights.shape[1]
    count = weights.sum() / (channels if per == "object" else 1)
    return divide_by_total(total, count, EPSILON)
