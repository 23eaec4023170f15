"""Images in, objects out: pre-processing, network and decoding in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.inference.backends import ExportedModel, create_backend
from centernet_ros.inference.backends.end_to_end import SUM
from centernet_ros.inference.decoding.merge import merge_detections
from centernet_ros.inference.decoding.objects import DECODED, Decoded, place_in_images
from centernet_ros.inference.preprocessing import compute_geometry, warp_batch
from centernet_ros.labels import COCO_JOINTS
from centernet_ros.models import CenterNet
from centernet_ros.models.spec import MODES_OF_MANY_SIZES, InputSpec, ModelSpec, Task
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
    """Runs a network of any task on images.

    Args:
        model: from `load_network`.
        device: where the network runs.
        max_detections: objects per image at most.
        backend: what runs it, one of BACKENDS.
        input_spec: how images are prepared, the model's own way if None.
        flip: average with the mirrored image.
        zooms: test scales, merged by soft-NMS; the authors use 0.5, 0.75, 1, 1.25 and 1.5.
        nms: soft-NMS at a single scale too.
        authors_compatible: reproduce the known faults of the authors' code (see
            `boxes3d_to_image` and `merge_detections`).
        max_engines: where the input's size follows the image's, backend "auto" exports the
            network for so many sizes, each when it turns up first.

    Attributes:
        model: the network.
        tasks: what the network serves, each with the description of its heads.
        input: how images are prepared.

    Raises:
        ValueError: mirroring or scales for a task or an exported network that has no such thing,
            or a backend that cannot be used here.
    """

    def __init__(
        self,
        model: CenterNet | ExportedModel,
        device: torch.device | str = "cpu",
        max_detections: int = 100,
        backend: str = "torch",
        *,
        input_spec: InputSpec | None = None,
        flip: bool = False,
        zooms: Sequence[float] = (1.0,),
        nms: bool = False,
        authors_compatible: bool = False,
        max_engines: int = 0,
    ) -> None:
        self.tasks: Mapping[Task, ModelSpec] = model.spec.tasks
        if "ddd" in self.tasks and (flip or tuple(zooms) != (1.0,)):
            raise ValueError("3D boxes are found at one scale and without mirroring")
        joints = {part.heads.get("hps", 2 * len(COCO_JOINTS)) // 2 for part in self.tasks.values()}
        if flip and joints != {len(COCO_JOINTS)}:
            raise ValueError(
                f"mirroring knows the left and right of COCO's {len(COCO_JOINTS)} joints alone"
            )
        self.model = model
        self.input: InputSpec = input_spec or model.spec.input
        if isinstance(model, ExportedModel):
            model.check_use(self.input, flip, zooms)
        engines = None if self.has_one_size else max_engines
        self.backend = create_backend(
            backend, model, torch.device(device), max_detections, flip, engines
        )
        self.max_detections = max_detections
        self.zooms = tuple(zooms)
        self.nms = nms
        self.authors_compatible = authors_compatible

    def __call__(
        self,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray] | None = None,
    ) -> list[Detections]:
        """The objects in each image, of a network that serves one task.

        Args:
            images: images.
            calibrations: for 3D, each image's; see `predict_tasks`.

        Returns:
            as `predict_tasks`, for that task.

        Raises:
            FloatingPointError: the network's output is not finite.
            ValueError: the network serves several tasks, or 3D without one calibration per
                image.
        """
        task = self.model.spec.task
        if task == "ddd" and len(calibrations or ()) != len(images):
            raise ValueError(
                f"{len(calibrations or ())} calibrations for {len(images)} images: 3D boxes "
                "need the projection of each image's camera"
            )
        return self.predict_tasks(images, calibrations)[task]

    def predict_tasks(
        self,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray | None] | None = None,
    ) -> dict[Task, list[Detections | None]]:
        """The objects of every task in each image, from one run of the network.

        Images whose inputs differ in size ("keep" and "fit" mode) take a run for each size.

        Args:
            images: images.
            calibrations: for 3D, each image's camera, or its (3, 4) projection, space in metres
                to pixels of the image; depth is scaled from the focal length that the model
                was trained at, unless `authors_compatible`.

        Returns:
            task -> what was found in each image, boxes in its own pixels, not clipped to it:
            Detections for "ctdet", Poses for "multi_pose", Boxes3D for "ddd", where an image
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

    def warm_up(self) -> None:
        """Prepare what the first image would wait for, where every input has the same size."""
        if self.has_one_size:
            size = compute_geometry((1, 1), self.input, self.model.divisor).size
            self.backend(np.zeros((1, *size, 3), np.uint8))

    @property
    def has_one_size(self) -> bool:
        """Whether the input's size is the same for all images."""
        return self.input.mode not in MODES_OF_MANY_SIZES

    def _predict_at(
        self,
        zoom: float,
        images: Sequence[Image],
        calibrations: Sequence[CameraModel | np.ndarray | None],
    ) -> dict[Task, list[Detections | None]]:
        """What is in each image at one test scale."""
        divisor = self.model.divisor
        sizes = [compute_geometry(i.size, self.input, divisor, zoom).size for i in images]
        found: dict[Task, list] = {task: [None] * len(images) for task in self.tasks}
        for size in dict.fromkeys(sizes):
            rows = [i for i in range(len(images)) if sizes[i] == size]
            pixels, geometries = warp_batch([images[i] for i in rows], self.input, divisor, zoom)
            cameras = [calibrations[i] for i in rows]
            for task, decoded in self.read_outputs(self.backend(pixels)).items():
                objects = place_in_images(
                    decoded, self.tasks[task], geometries, cameras, self.authors_compatible
                )
                for i, result in zip(rows, objects):
                    found[task][i] = result
        return found

    def read_outputs(self, found: Mapping[str, Tensor]) -> dict[Task, Decoded]:
        """The objects of each task in what the backend gave, in pixels of the input.

        Raises:
            FloatingPointError: the network's output is not finite.
        """
        if not found[SUM].isfinite().all():
            raise FloatingPointError("the network's output is not finite")
        return {
            task: DECODED[task](*(found.get(f"{task}/{name}") for name in DECODED[task]._fields))
            for task in self.tasks
        }
