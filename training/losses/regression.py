"""The L1 losses of everything read at objects' pixels (paper section 3)."""

from __future__ import annotations

from typing import Literal

import torch.nn.functional as F
from torch import Tensor

from training.losses.normalize import divide_by_total

Normalizer = Literal["num_elements", "num_objects", "max_objects"]
EPSILON = 1e-4


def weighted_l1(
    predictions: Tensor,
    targets: Tensor,
    weights: Tensor,
    normalizer: Normalizer = "num_elements",
    smooth: bool = False,
) -> Tensor:
    """Sum of weighted differences, divided.

    Args:
        predictions: (B, K, C) vectors in K slots, or (B, C, H, W) maps.
        targets: the same shape.
        weights: the same shape; 0 where there is nothing to learn.
        normalizer: what the sum is divided by: "num_elements" is the sum of the weights, so that
            channels are averaged (the authors' 2D losses); "num_objects" that sum per channel (the
            paper); "max_objects" the number of all elements, those of empty slots too (the
            authors' 3D losses).
        smooth: smooth L1 (Huber, with quadratic part below 1).
    """
    measure = F.smooth_l1_loss if smooth else F.l1_loss
    total = measure(predictions * weights, targets * weights, reduction="sum")
    return normalize_total(total, weights, normalizer)


def normalize_total(total: Tensor, weights: Tensor, normalizer: Normalizer) -> Tensor:
    """A () sum over the elements of `weights`, divided as `weighted_l1` says."""
    if normalizer == "max_objects":
        return total / weights.numel()
    channels = weights.shape[-1] if weights.ndim == 3 else weights.shape[1]
    count = weights.sum() / (channels if normalizer == "num_objects" else 1)
    return divide_by_total(total, count, EPSILON)
