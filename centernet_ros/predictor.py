"""Pictures in, objects out: pre-processing, network and decoding in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from centernet_ros.decoding import activate
from centernet_ros.decoding.flip import average_mirrored
from centernet_ros.decoding.merge import merge_detections
from centernet_ros.decoding.objects import decode_2d, decode_3d
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.labels import COCO_JOINTS
from centernet_ros.models import CenterNet
from centernet_ros.models.fusion import fuse_conv_norm
from centernet_ros.models.joint import split_maps
from centernet_ros.models.spec import InputSpec, ModelSpec, Task
from centernet_ros.preprocessing import compute_geometry, preprocess
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
        tasks: what the network serves, each with the description of its heads.
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
        self.tasks: Mapping[Task, ModelSpec] = model.spec.tasks
        if "ddd" in self.tasks and (flip or tuple(zooms) != (1.0,)):
            raise ValueError("3D boxes are found at one scale and without mirroring")
        joints = {part.heads.get("hps", 2 * len(COCO_JOINTS)) // 2 for part in self.tasks.values()}
        if flip and joints != {len(COCO_JOINTS)}:
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

    def __call__(
        self,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray] | None = None,
    ) -> list[Detections]:
        """The objects in each picture, of a network that serves one task.

        Args:
            images: pictures.
            calibrations: for 3D, each picture's; see `predict_tasks`.

        Returns:
            as `predict_tasks`, for that task.

        Raises:
            FloatingPointError: the network's output is not finite.
            ValueError: the network serves several tasks, or 3D without one calibration per
                picture.
        """
        if self.model.task == "ddd" and len(calibrations or ()) != len(images):
            raise ValueError(
                f"{len(calibrations or ())} calibrations for {len(images)} pictures: 3D boxes "
                "need the projection of each picture's camera"
            )
        return self.predict_tasks(images, calibrations)[self.model.task]

    @torch.inference_mode()
    def predict_tasks(
        self,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray | None] | None = None,
    ) -> dict[Task, list[Detections | None]]:
        """The objects of every task in each picture, from one run of the network.

        Pictures whose inputs differ in size ("keep" and "fit" mode) take a run for each size.

        Args:
            images: pictures.
            calibrations: for 3D, each picture's camera, or its (3, 4) projection, space in metres
                to pixels of the picture; depth is scaled from the focal length that the model
                was trained at, unless `authors_compatible`.

        Returns:
            task -> what was found in each picture, boxes in its own pixels, not clipped to it:
            Detections for "ctdet", Poses for "multi_pose", Boxes3D for "ddd", where a picture
            without a calibration has None.

        Raises:
            FloatingPointError: the network's output is not finite.
        """
        calibrations = calibrations or [None] * len(images)
        at_scales = [self._predict_at(zoom, images, calibrations) for zoom in self.zooms]
        suppress = self.nms or len(self.zooms) > 1
        return {
            task: [
                parts[0]
                and merge_detections(parts, self.max_detections, suppress, self.authors_compatible)
                for parts in zip(*(found[task] for found in at_scales))
            ]
            for task in self.tasks
        }

    def _predict_at(
        self,
        zoom: float,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray | None],
    ) -> dict[Task, list[Detections | None]]:
        """What is in each picture at one test scale."""
        sizes = [
            compute_geometry(image.size, self.input, self.model.divisor, zoom).size
            for image in images
        ]
        found: dict[Task, list] = {task: [None] * len(images) for task in self.tasks}
        for size in dict.fromkeys(sizes):
            rows = [i for i in range(len(images)) if sizes[i] == size]
            batch, geometries = preprocess(
                [images[i] for i in rows], self.input, self.model.divisor, self.device, zoom
            )
            place = self.max_detections, self.model.stride, geometries
            for task, maps in self._compute_maps(batch).items():
                spec = self.tasks[task]
                if task == "ddd":
                    cameras = [calibrations[i] for i in rows]
                    objects = decode_3d(maps, spec, *place, cameras, self.authors_compatible)
                else:
                    objects = decode_2d(maps, spec, *place)
                for i, result in zip(rows, objects):
                    found[task][i] = result
        return found

    def _compute_maps(self, batch: Tensor) -> dict[Task, dict[str, Tensor]]:
        """Each task's activated maps, averaged with the mirrored batch's where asked for."""
        batch = batch.contiguous(memory_format=torch.channels_last)
        maps = self._run_network(batch)
        if self.flip:
            mirrored = self._run_network(batch.flip(3))
            maps = {task: average_mirrored(maps[task], mirrored[task]) for task in maps}
        return maps

    def _run_network(self, batch: Tensor) -> dict[Task, dict[str, Tensor]]:
        raw = self.model(batch)
        # A sum is not finite either, and takes a fraction of the time of asking every value.
        if not all(values.sum().isfinite() for values in raw.values()):
            raise FloatingPointError("the network's output is not finite")
        return {task: activate(maps) for task, maps in split_maps(raw, self.model.spec).items()}
