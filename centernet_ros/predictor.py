"""Pictures in, objects out: pre-processing, network and decoding in one call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from centernet_ros.decoding import (
    activate,
    decode_ctdet,
    decode_ddd,
    decode_multi_pose,
    decode_weighted_pose,
)
from centernet_ros.decoding.flip import average_mirrored
from centernet_ros.decoding.merge import merge_detections
from centernet_ros.decoding.to_image import boxes3d_to_image, boxes_to_image, poses_to_image
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.labels import COCO_JOINTS
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
    """Runs a network of any task on pictures.

    Args:
        model: from `load_model`.
        device: where the network runs.
        max_detections: objects per picture at most.
        flip: average with the mirrored picture.
        zooms: test scales, merged by soft-NMS; the authors use 0.5, 0.75, 1, 1.25 and 1.5.
        nms: soft-NMS at a single scale too.
        authors_compatible: reproduce the known faults of the authors' code (see
            `boxes3d_to_image` and `merge_detections`).

    Attributes:
        input: how pictures are prepared; the model's own unless replaced.

    Raises:
        ValueError: mirroring or scales for a task that has no such thing.
    """

    def __init__(
        self,
        model: CenterNet,
        device: torch.device | str = "cpu",
        max_detections: int = 100,
        *,
        flip: bool = False,
        zooms: Sequence[float] = (1.0,),
        nms: bool = False,
        authors_compatible: bool = False,
    ) -> None:
        if model.task == "ddd" and (flip or tuple(zooms) != (1.0,)):
            raise ValueError("3D boxes are found at one scale and without mirroring")
        if flip and model.heads.get("hps", 2 * len(COCO_JOINTS)) != 2 * len(COCO_JOINTS):
            raise ValueError(
                f"mirroring knows the left and right of COCO's {len(COCO_JOINTS)} joints alone"
            )
        self.model = fuse_conv_norm(model).to(device, memory_format=torch.channels_last)
        self.device = torch.device(device)
        self.input: InputSpec = model.spec.input
        self.max_detections = max_detections
        self.flip = flip
        self.zooms = tuple(zooms)
        self.nms = nms
        self.authors_compatible = authors_compatible

    @torch.inference_mode()
    def __call__(
        self,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray] | None = None,
    ) -> list[Detections]:
        """The objects in each picture, boxes in its own pixels, not clipped to it.

        Args:
            images: pictures; all of one size where the input depends on theirs ("keep" and "fit"
                mode).
            calibrations: for 3D, each picture's camera, or its (3, 4) projection, space in metres
                to pixels of the picture; depth is scaled from the focal length that the model
                was trained at, unless `authors_compatible`.

        Returns:
            Poses where the task is "multi_pose", Boxes3D where it is "ddd".

        Raises:
            FloatingPointError: the network's output is not finite.
            ValueError: 3D without one calibration per picture, or pictures of several sizes.
        """
        if self.model.task == "ddd" and len(calibrations or ()) != len(images):
            raise ValueError(
                f"{len(calibrations or ())} calibrations for {len(images)} pictures: 3D boxes "
                "need the projection of each picture's camera"
            )
        at_scales = [self._predict_at(zoom, images, calibrations) for zoom in self.zooms]
        suppress = self.nms or len(self.zooms) > 1
        return [
            merge_detections(parts, self.max_detections, suppress, self.authors_compatible)
            for parts in zip(*at_scales)
        ]

    def _predict_at(
        self,
        zoom: float,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray] | None,
    ) -> Sequence[Detections]:
        """The objects in each picture at one test scale."""
        batch, geometries = preprocess(images, self.input, self.model.divisor, self.device, zoom)
        maps = self._compute_maps(batch)
        stride = self.model.stride
        if self.model.task == "ddd":
            objects = decode_ddd(maps, self.max_detections)
            focal_length = None if self.authors_compatible else self.model.spec.focal_length
            return boxes3d_to_image(
                objects,
                stride,
                geometries,
                calibrations,
                self.authors_compatible,
                focal_length,
            )
        if self.model.task == "multi_pose":
            weighted = self.model.spec.pose_rule == "weighted"
            decode = decode_weighted_pose if weighted else decode_multi_pose
            return poses_to_image(decode(maps, self.max_detections), stride, geometries)
        return boxes_to_image(decode_ctdet(maps, self.max_detections), stride, geometries)

    def _compute_maps(self, batch: Tensor) -> dict[str, Tensor]:
        """Activated maps, averaged with those of the mirrored batch where asked for."""
        batch = batch.contiguous(memory_format=torch.channels_last)
        maps = activate(self.model(batch))
        if self.flip:
            maps = average_mirrored(maps, activate(self.model(batch.flip(3))))
        if not all(values.isfinite().all() for values in maps.values()):
            raise FloatingPointError("the network's output is not finite")
        return maps
