"""Pictures in, objects out: pre-processing, network and decoding in one call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from centernet_ros.decoding import decode_ctdet
from centernet_ros.models import CenterNet
from centernet_ros.models.fusion import fuse_conv_norm
from centernet_ros.models.spec import InputSpec
from centernet_ros.preprocessing import preprocess
from centernet_ros.structures import Detections, Image


def select_device(name: str) -> torch.device:
    """The device behind "auto" (CUDA where there is one), "cpu", "cuda" or "cuda:1".

    Raises:
        ValueError: there is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ValueError(f"unknown device {name!r}, expected auto, cpu, cuda or cuda:N") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ValueError(
            f"device {name!r} is not here: {torch.cuda.device_count()} CUDA devices found"
        )
    return device


class Predictor:
    """Runs a detection network on pictures.

    Attributes:
        input: how pictures are prepared; the model's own unless replaced.
        max_detections: objects per picture at most.
    """

    def __init__(
        self, model: CenterNet, device: torch.device | str = "cpu", max_detections: int = 100
    ) -> None:
        self.model = fuse_conv_norm(model).to(device, memory_format=torch.channels_last)
        self.device = torch.device(device)
        self.input: InputSpec = model.spec.input
        self.max_detections = max_detections

    @torch.inference_mode()
    def __call__(self, images: Sequence[Image]) -> list[Detections]:
        """The objects in each picture, boxes in its own pixels, not clipped to it.

        Raises:
            FloatingPointError: the network's output is not finite.
        """
        batch, geometries = preprocess(images, self.input, self.model.divisor, self.device)
        maps = self.model(batch.contiguous(memory_format=torch.channels_last))
        boxes, scores, labels = decode_ctdet(
            {**maps, "hm": maps["hm"].sigmoid()}, self.max_detections
        )
        boxes, scores, labels = (
            t.cpu().numpy() for t in (boxes * self.model.stride, scores, labels)
        )
        if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
            raise FloatingPointError("the network's output is not finite")
        return [
            Detections(geometry.boxes_to_image(b).astype(np.float32), s, c)
            for geometry, b, s, c in zip(geometries, boxes, scores, labels)
        ]
