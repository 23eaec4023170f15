"""Peaks of heat maps (paper section 4)."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

# Of the values that are highest in their block, how many times the wanted peaks are looked at.
SPARE = 4


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
    # The short way depends on values, which a graph or a device has no time to wait for.
    if not (torch.compiler.is_compiling() or heatmap.is_cuda):
        peaks = find_peaks_of_blocks(heatmap, count, reach)
        if peaks is not None:
            return peaks
    return find_peaks_everywhere(heatmap, count, reach)


def find_peaks_everywhere(heatmap: Tensor, count: int, reach: int = 1) -> Peaks:
    """`find_peaks` by looking at the neighbours of every value."""
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


def find_peaks_of_blocks(heatmap: Tensor, count: int, reach: int = 1) -> Peaks | None:
    """`find_peaks` among the highest values of blocks so small that all in one are neighbours.

    Returns:
        the peaks, or None where it cannot be sure of the best: too few of the values looked at are
        peaks, or neighbours are equal.
    """
    _, _, height, width = heatmap.shape
    blocks, places = F.max_pool2d(heatmap, reach + 1, ceil_mode=True, return_indices=True)
    scores, indices = blocks.flatten(1).topk(min(SPARE * count, blocks[0].numel()))
    place = places.flatten(1).gather(1, indices)
    labels = torch.div(indices, blocks[0, 0].numel(), rounding_mode="floor")
    ys, xs = torch.div(place, width, rounding_mode="floor"), place % width

    image = torch.arange(len(heatmap)).view(-1, 1, 1, 1)
    shifts = torch.arange(-reach, reach + 1)
    rows = (ys[..., None, None] + shifts.view(-1, 1)).clamp(0, height - 1)
    columns = (xs[..., None, None] + shifts).clamp(0, width - 1)
    around = heatmap[image, labels[..., None, None], rows, columns]
    # On the border the value itself is there more than once, so places are compared, too.
    others = (rows * width + columns) != place[..., None, None]
    is_peak = around.amax((2, 3)) <= scores
    if is_peak.sum(1).min() < count:
        return None
    best = torch.where(is_peak, scores, -torch.inf).topk(count).indices
    has_equal = ((around == scores[..., None, None]) & others).any(3).any(2)
    if has_equal.gather(1, best).any():
        return None
    return Peaks(*(values.gather(1, best) for values in (scores, labels, ys, xs)))


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
