"""2D detection (paper section 4)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from centernet_ros.decoding.peaks import find_peaks, gather_at


class Boxes(NamedTuple):
    """The K best boxes of each image, best first.

    Attributes:
        boxes: (B, K, 4) x1 y1 x2 y2 in pixels of the output map.
        scores: (B, K).
        labels: (B, K) int64.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor


def decode_ctdet(maps: dict[str, Tensor], count: int = 100) -> Boxes:
    """Boxes from the maps of a detection network.

    The box comes from "wh" about the peak plus its "reg" offset (half a pixel where the network
    has no offset head), or from "ltrb", the distances from the peak to the four sides.

    Args:
        maps: "hm" (B, C, H, W) after the sigmoid, with "wh" (B, 2, H, W) and perhaps "reg"
            (B, 2, H, W), or with "ltrb" (B, 4, H, W); in pixels of the output map.
        count: boxes per image.
    """
    peaks = find_peaks(maps["hm"], count)
    centre = torch.stack((peaks.xs, peaks.ys), -1).to(maps["hm"].dtype)
    if "ltrb" in maps:
        before, after = gather_at(peaks, maps["ltrb"]).split(2, -1)
    else:
        centre = centre + (gather_at(peaks, maps["reg"]) if "reg" in maps else 0.5)
        before = after = gather_at(peaks, maps["wh"]) / 2
    return Boxes(torch.cat((centre - before, centre + after), -1), peaks.scores, peaks.labels)
