"""The loss of heat maps (paper section 3, equation 1)."""

from __future__ import annotations

from torch import Tensor

from training.losses.normalize import divide_by_total

# Probabilities are kept this far from 0 and 1.
MARGIN = 1e-4


def focal_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Penalty-reduced focal loss with alpha 2 and beta 4, per positive of the whole batch.

    Args:
        logits: (B, C, H, W) before the sigmoid.
        target: (B, C, H, W) in 0..1; exactly 1 at positives.
    """
    scores = logits.sigmoid().clamp(MARGIN, 1 - MARGIN)
    positive = target == 1
    hits = (scores.log() * (1 - scores) ** 2)[positive].sum()
    misses = ((1 - scores).log() * scores**2 * (1 - target) ** 4)[~positive].sum()
    return divide_by_total(-(hits + misses), positive.sum())
