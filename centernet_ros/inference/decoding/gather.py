"""Reading maps at pixels."""

from __future__ import annotations

from torch import Tensor


def gather_at(values: Tensor, pixels: Tensor) -> Tensor:
    """The values of a map at some pixels.

    Args:
        values: (B, C, H, W).
        pixels: (B, K) int64 index into the flattened map, row after row.

    Returns:
        (B, K, C).
    """
    index = pixels.unsqueeze(1).expand(-1, values.shape[1], -1)
    return values.flatten(2).gather(2, index).transpose(1, 2).contiguous()
