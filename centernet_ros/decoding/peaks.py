"""Peaks of heat maps (paper section 4)."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class Peaks(NamedTuple):
    """The K best peaks of each image, best first.

    Attributes:
        scores: (B, K) heat map values.
        labels: (B, K) int64 channel.
        ys, xs: (B, K) int64 row and column.
    """

    scores: Tensor
    labels: Tensor
    ys: Tensor
    xs: Tensor


def suppress_non_peaks(heatmap: Tensor, reach: int = 1) -> Tensor:
    """Zero wherever a neighbour is higher; ties stay.

    Args:
        heatmap: (B, C, H, W) in 0..1.
        reach: rows and columns to each side that count as neighbours.

    Returns:
        (B, C, H, W).
    """
    highest = F.max_pool2d(heatmap, 2 * reach + 1, stride=1, padding=reach)
    return heatmap * (heatmap == highest)


def find_peaks(heatmap: Tensor, count: int, reach: int = 1) -> Peaks:
    """The best peaks over all channels.

    Args:
        heatmap: (B, C, H, W) in 0..1.
        count: peaks per image; fewer when the map has fewer values.
        reach: as for `suppress_non_peaks`.
    """
    _, channels, height, width = heatmap.shape
    heatmap = suppress_non_peaks(heatmap, reach)
    # Each of the best lies at one of as many places whose best channel is highest.
    place = heatmap.amax(1).flatten(1).topk(min(count, height * width)).indices
    candidates = heatmap.flatten(2).gather(2, place.unsqueeze(1).expand(-1, channels, -1))
    scores, indices = candidates.flatten(1).topk(min(count, channels * height * width))
    place = place.gather(1, indices % place.shape[1])
    return Peaks(
        scores,
        torch.div(indices, candidates.shape[2], rounding_mode="floor"),
        torch.div(place, width, rounding_mode="floor"),
        place % width,
    )


def find_channel_peaks(heatmap: Tensor, count: int) -> Peaks:
    """The best peaks of each channel by itself.

    Args:
        heatmap: (B, C, H, W) in 0..1.
        count: peaks per channel; fewer when the map has fewer values.

    Returns:
        peaks of shape (B, C K), channel after channel, the best of each channel first.
    """
    _, channels, height, width = heatmap.shape
    scores, place = suppress_non_peaks(heatmap).flatten(2).topk(min(count, height * width))
    labels = torch.arange(channels, device=heatmap.device).view(1, -1, 1).expand_as(place)
    return Peaks(
        scores.flatten(1),
        labels.flatten(1),
        torch.div(place, width, rounding_mode="floor").flatten(1),
        (place % width).flatten(1),
    )


def gather_at(peaks: Peaks, values: Tensor) -> Tensor:
    """The values of a map at each peak.

    Args:
        values: (B, C, H, W).

    Returns:
        (B, K, C).
    """
    channels, width = values.shape[1], values.shape[3]
    index = (peaks.ys * width + peaks.xs).unsqueeze(1).expand(-1, channels, -1)
    return values.flatten(2).gather(2, index).transpose(1, 2)
