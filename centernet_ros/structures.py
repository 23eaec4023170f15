"""The values that pass between the layers: plain arrays with documented shapes, no ROS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

ChannelOrder = Literal["bgr", "rgb"]


@dataclass(frozen=True)
class Image:
    """A colour picture.

    Attributes:
        pixels: (H, W, 3) uint8; may be a read-only view of somebody else's buffer.
        channel_order: what the last axis means.
    """

    pixels: np.ndarray
    channel_order: ChannelOrder = "bgr"

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.pixels.shape[:2]
        return height, width


@dataclass(frozen=True)
class Detections:
    """The objects found in one image, best score first.

    Attributes:
        boxes: (N, 4) float32, x1 y1 x2 y2 in pixels of the image.
        scores: (N,) float32 in 0..1.
        labels: (N,) int64, index into the model's class names.
    """

    boxes: np.ndarray
    scores: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, keep: np.ndarray | slice) -> Detections:
        """The rows that a mask, an index array or a slice picks."""
        return Detections(self.boxes[keep], self.scores[keep], self.labels[keep])
