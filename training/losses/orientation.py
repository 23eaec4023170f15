"""The loss of observation angles in two bins (paper section 4; Mousavian et al. 2017)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from training.losses.normalize import divide_by_total


def orientation_loss(
    predictions: Tensor,
    bins: Tensor,
    residuals: Tensor,
    mask: Tensor,
    per_object: bool = False,
    smooth: bool = True,
) -> Tensor:
    """Which bins an angle falls into, and its sine and cosine from their centres.

    Args:
        predictions: (B, K, 8) for each bin two logits, sine and cosine.
        bins: (B, K, 2) 0 or 1.
        residuals: (B, K, 2) radians.
        mask: (B, K) which slots hold an object.
        per_object: average the bins' loss over objects; otherwise over all slots as the authors
            do, where every empty one adds ln 2.
        smooth: smooth L1 for sine and cosine as in the authors' code, otherwise the paper's L1.
    """
    measure = F.smooth_l1_loss if smooth else F.l1_loss
    loss = predictions.new_zeros(())
    for i in range(2):
        logits, waves = (
            predictions[..., 4 * i : 4 * i + 2],
            predictions[..., 4 * i + 2 : 4 * i + 4],
        )
        entropy = F.cross_entropy(
            (logits * mask[..., None]).flatten(0, 1), bins[..., i].flatten(), reduction="none"
        )
        if per_object:
            loss = loss + divide_by_total(entropy[mask.flatten() > 0].sum(), mask.sum())
        else:
            loss = loss + entropy.mean()
        inside = bins[..., i] > 0
        angles = residuals[..., i][inside]
        for wave, target in zip(waves[inside].unbind(-1), (angles.sin(), angles.cos())):
            total = measure(wave, target, reduction="sum")
            loss = loss + divide_by_total(total, inside.sum())
    return loss
