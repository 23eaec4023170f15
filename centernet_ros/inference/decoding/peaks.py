"""Peaks of heat maps (paper section 4)."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from centernet_ros.inference.decoding.gather import gather_at

# Of a map's pixels, the part from which on looking at all of them is faster.
MANY = 1 / 2


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

    def read(self, values: Tensor) -> Tensor:
        """The (B, K, C) values of a (B, C, H, W) map at each peak."""
        return gather_at(values, self.ys * values.shape[3] + self.xs)


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


def find_peaks(heatmap: Tensor, max_peaks: int, reach: int = 1) -> Peaks:
    """The best peaks over all channels.

    Args:
        heatmap: (B, C, H, W) in 0..1.
        max_peaks: peaks per image; fewer when the map has fewer values.
        reach: as for `suppress_non_peaks`.
    """
    # The short way depends on values, which a graph or a device has no time to wait for.
    if heatmap.device.type == "cpu" and not torch.compiler.is_compiling():
        peaks = find_peaks_above_bound(heatmap, max_peaks, reach)
        if peaks is not None:
            return peaks
    return find_peaks_everywhere(heatmap, max_peaks, reach)


def find_peaks_everywhere(heatmap: Tensor, max_peaks: int, reach: int = 1) -> Peaks:
    """`find_peaks` by looking at the neighbours of every value."""
    _, channels, height, width = heatmap.shape
    heatmap = suppress_non_peaks(heatmap, reach)
    # The best k peaks lie within the k pixels of highest channel maximum.
    place = heatmap.amax(1).flatten(1).topk(min(max_peaks, height * width)).indices
    candidates = heatmap.flatten(2).gather(2, place.unsqueeze(1).expand(-1, channels, -1))
    scores, indices = candidates.flatten(1).topk(min(max_peaks, channels * height * width))
    place = place.gather(1, indices % place.shape[1])
    return Peaks(
        scores,
        torch.div(indices, candidates.shape[2], rounding_mode="floor"),
        torch.div(place, width, rounding_mode="floor"),
        place % width,
    )


def find_peaks_above_bound(heatmap: Tensor, max_peaks: int, reach: int = 1) -> Peaks | None:
    """`find_peaks` among the few values that are no lower than a bound of the result.

    A peak of the highest of all channels is a peak of its own channel: the last of the best of
    these is the bound.

    Returns:
        the peaks, equal ones in order of their pixels, or None where that would not be faster.
    """
    shifts = np.arange(-reach, reach + 1)
    kernel = np.ones((len(shifts), len(shifts)), np.uint8)
    found = []
    for image in heatmap.detach().permute(0, 2, 3, 1).numpy():
        height, width, channels = image.shape
        pixels = image.reshape(-1, channels)
        highest = cv2.reduce(pixels, 1, cv2.REDUCE_MAX).reshape(height, width)
        peaks = highest[highest == cv2.dilate(highest, kernel)]
        if len(peaks) < max_peaks:
            return None
        bound = np.partition(peaks, -max_peaks)[-max_peaks]
        ys, xs = np.nonzero(highest >= bound)
        if len(ys) > MANY * highest.size:
            return None
        values = image[ys, xs]
        place, labels = np.nonzero(values >= bound)
        scores, ys, xs = values[place, labels], ys[place], xs[place]
        rows = (ys + shifts[:, None]).clip(0, height - 1)
        columns = (xs + shifts[:, None]).clip(0, width - 1)
        around = image[rows[:, None], columns, labels]
        (kept,) = np.nonzero((around <= scores).all((0, 1)))
        best = kept[np.argsort(-scores[kept], kind="stable")[:max_peaks]]
        found.append((scores[best], labels[best], ys[best], xs[best]))
    return Peaks(*(torch.from_numpy(np.stack(values)) for values in zip(*found)))


def find_channel_peaks(heatmap: Tensor, max_peaks: int) -> Peaks:
    """The best peaks of each channel by itself.

    Args:
        heatmap: (B, C, H, W) in 0..1.
        max_peaks: peaks per channel; fewer when the map has fewer values.

    Returns:
        peaks of shape (B, C K), channel after channel, the best of each channel first.
    """
    _, channels, height, width = heatmap.shape
    scores, place = suppress_non_peaks(heatmap).flatten(2).topk(min(max_peaks, height * width))
    labels = torch.arange(channels, device=heatmap.device).view(1, -1, 1).expand_as(place)
    return Peaks(
        scores.flatten(1),
        labels.flatten(1),
        torch.div(place, width, rounding_mode="floor").flatten(1),
        (place % width).flatten(1),
    )
