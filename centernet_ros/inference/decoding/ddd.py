"""3D boxes (paper section 4, "3D detection")."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from centernet_ros.inference.decoding.ctdet import decode_centres
from centernet_ros.inference.decoding.peaks import find_peaks

# Fields of `MapBoxes3D` that not every network gives -> the head that they come from.
OPTIONAL_FIELDS = {
    "sizes": "wh",
    "amodal_offsets": "amodal_offset",
    "depth_scales": "dep_uncertainty",
}


class MapBoxes3D(NamedTuple):
    """The K best objects of each image, best first.

    Attributes:
        centres: (B, K, 2) x y of the 2D box in pixels of the output map.
        scores: (B, K).
        labels: (B, K) int64.
        depths: (B, K) z of the centre in metres.
        orientations: (B, K, 8) for each of two bins: two class logits, sine and cosine.
        dimensions: (B, K, 3) height, width and length in metres.
        sizes: (B, K, 2) width and height of the 2D box in pixels of the output map, None where
            the network has no "wh" head.
        amodal_offsets: (B, K, 2) from the centre to where the object's middle in space shows, in
            pixels of the output map, None where the network has no such head.
        depth_scales: (B, K, 1) of the Laplace distribution of the depth's error, as a share of
            the depth, None where the network has no head "dep_uncertainty".
    """

    centres: Tensor
    scores: Tensor
    labels: Tensor
    depths: Tensor
    orientations: Tensor
    dimensions: Tensor
    sizes: Tensor | None
    amodal_offsets: Tensor | None
    depth_scales: Tensor | None


def decode_ddd(maps: dict[str, Tensor], max_detections: int = 100) -> MapBoxes3D:
    """Objects from the maps of a 3D network.

    Args:
        maps: "hm" (B, C, H, W) after the sigmoid, "dep" (B, 1, H, W) in metres, "rot"
            (B, 8, H, W), "dim" (B, 3, H, W), and perhaps "wh", "reg" and "amodal_offset", all
            (B, 2, H, W), and "dep_uncertainty" (B, 1, H, W).
        max_detections: objects per image.
    """
    peaks = find_peaks(maps["hm"], max_detections)
    return MapBoxes3D(
        decode_centres(peaks, maps),
        peaks.scores,
        peaks.labels,
        peaks.read(maps["dep"]).squeeze(-1),
        peaks.read(maps["rot"]),
        peaks.read(maps["dim"]),
        *(peaks.read(maps[head]) if head in maps else None for head in OPTIONAL_FIELDS.values()),
    )
