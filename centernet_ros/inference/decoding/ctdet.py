"""2D detection (paper section 4)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from centernet_ros.inference.decoding.peaks import Peaks, find_peaks


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


def decode_ctdet(maps: dict[str, Tensor], max_detections: int = 100) -> Boxes:
    """Boxes from the maps of a detection network.

    The box comes from "wh" about the peak plus its "reg" offset (half a pixel where the network
    has no offset head), or from "ltrb", the distances from the peak to the four sides.

    Args:
        maps: "hm" (B, C, H, W) after the sigmoid, with "wh" (B, 2, H, W), or (B, 2 C, H, W) for a
            size per class, and perhaps "reg" (B, 2, H, W), or with "ltrb" (B, 4, H, W); in pixels
            of the output map.
        max_detections: boxes per image.
    """
    peaks = find_peaks(maps["hm"], max_detections)
    return Boxes(decode_boxes(peaks, maps), peaks.scores, peaks.labels)


def decode_centres(peaks: Peaks, maps: dict[str, Tensor]) -> Tensor:
    """(B, K, 2) x y of the objects' centres in pixels of the output map."""
    centre = torch.stack((peaks.xs, peaks.ys), -1).to(maps["hm"].dtype)
    return centre + (peaks.read(maps["reg"]) if "reg" in maps else 0.5)


def decode_boxes(peaks: Peaks, maps: dict[str, Tensor]) -> Tensor:
    """(B, K, 4) x1 y1 x2 y2 in pixels of the output map; `maps` as for `decode_ctdet`."""
    if "ltrb" in maps:
        centre = torch.stack((peaks.xs, peaks.ys), -1)
        before, after = peaks.read(maps["ltrb"]).split(2, -1)
        return torch.cat((centre - before, centre + after), -1)
    centre = decode_centres(peaks, maps)
    sizes = peaks.read(maps["wh"])
    if sizes.shape[-1] > 2:
        labels = peaks.labels[..., None, None].expand(-1, -1, 1, 2)
        sizes = sizes.unflatten(-1, (-1, 2)).gather(2, labels).squeeze(2)
    return torch.cat((centre - sizes / 2, centre + sizes / 2), -1)
