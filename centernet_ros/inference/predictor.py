"""Images in, objects out: pre-processing, network and decoding in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from centernet_ros.geometry.camera_model import Calibration, as_camera
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.inference.backends import (
    Backend,
    CheckpointFile,
    ExportedModel,
    create_backend,
    load_network,
)
from centernet_ros.inference.backends.backend import SUM, select_task
from centernet_ros.inference.decoding.merge import keep_best, merge_detections
from centernet_ros.inference.decoding.to_image import objects_to_image
from centernet_ros.inference.device import select_device
from centernet_ros.inference.input_override import InputOverride
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.preprocessing import compute_geometry, warp_images
from centernet_ros.io.images import read_image
from centernet_ros.models import InputSpec
from centernet_ros.models.spec import ModelSpec, Task
from centernet_ros.structures import Detections, Image
from centernet_ros.weights.store import find_weights

if TYPE_CHECKING:
    import torch

    from centernet_ros.models import CenterNet

# What can be asked about: an image, its (H, W, 3) uint8 BGR pixels, or the path of its file.
AnyImage = Image | np.ndarray | str | Path
DEFAULT_OPTIONS, NO_OVERRIDE = PredictorOptions(), InputOverride()


class Predictor:
    """Runs a network of any task on images.

    Args:
        model: path of a checkpoint or of an exported network, name of a published model, or what
            `load_network` or `load_model` gave.
        device: where the network runs: "auto", "cpu", "cuda" or "cuda:1".
        backend: what runs it, one of BACKENDS; if None, PyTorch runs a checkpoint, and what suits
            it an exported network.
        options: what it is to find, and how.
        input_override: what is changed in the way images become the model's input.
        max_engines: where the input is dynamic, backend "auto" exports the network for so many
            sizes, each when it turns up first.

    Attributes:
        model: the network.
        tasks: what the network serves, each with the description of its heads.
        options: as given.
        input: how images are prepared.
        backend: runs the network.

    Raises:
        CheckpointError: there is no such model, or it cannot be read.
        ValueError: options or an input that the network's task or its exported file does not
            allow, or a device or backend that cannot be used here.
    """

    def __init__(
        self,
        model: CenterNet | CheckpointFile | ExportedModel | str | Path,
        device: torch.device | str = "cpu",
        backend: str | None = None,
        options: PredictorOptions = DEFAULT_OPTIONS,
        *,
        input_override: InputOverride = NO_OVERRIDE,
        max_engines: int = 0,
    ) -> None:
        if isinstance(model, (str, Path)):
            model = load_network(find_weights(str(model)))
        self.model = model
        self.tasks: Mapping[Task, ModelSpec] = model.spec.tasks
        self.options = options
        self.input: InputSpec = input_override.apply(model.spec.input)
        check_options(self.tasks, options)
        if isinstance(model, ExportedModel):
            model.check_use(self.input, options)
        if backend is None:
            backend = "auto" if isinstance(model, ExportedModel) else "torch"
        self.backend: Backend = create_backend(
            backend,
            model,
            select_device(str(device)),
            options.decoding,
            max_engines if self.input.dynamic else None,
        )

    def __call__(
        self, images: Sequence[AnyImage], calibrations: Sequence[Calibration] | None = None
    ) -> list[Detections]:
        """The objects in each image, of a network that serves one task.

        Args:
            images: paths of files, (H, W, 3) uint8 BGR arrays as OpenCV's, or images.
            calibrations: for 3D, each image's; see `predict_tasks`.

        Returns:
            as `predict_tasks`, for that task.

        Raises:
            DataError: a file is missing or no image.
            FloatingPointError: the network's output is not finite.
            ValueError: the network serves several tasks, or 3D without one calibration per
                image, or what is no image.
        """
        task = self.model.spec.task
        if task == "ddd" and len(calibrations or ()) != len(images):
            raise ValueError(
                f"{len(calibrations or ())} calibrations for {len(images)} images: 3D boxes "
                "need the projection of each image's camera"
            )
        of_images = self.predict_tasks(images, calibrations)[task]
        return [found for found in of_images if found is not None]  # each has its calibration

    def predict_tasks(
        self,
        images: Sequence[AnyImage],
        calibrations: Sequence[Calibration | None] | None = None,
    ) -> dict[Task, list[Detections | None]]:
        """The objects of every task in each image, from one run of the network.

        Images whose dynamic inputs differ in size take a run for each size.

        Args:
            images: as of a call.
            calibrations: for 3D, each image's camera, or its (3, 4) projection, space in metres
                to pixels of the image; depth is scaled from the focal length that the model
                was trained at, unless `authors_compatible`.

        Returns:
            task -> what was found in each image, boxes in its own pixels, not clipped to it:
            Detections for "ctdet", Poses for "multi_pose", Boxes3D for "ddd", where an image
            without a calibration has None.

        Raises:
            DataError: a file is missing or no image.
            FloatingPointError: the network's output is not finite.
            ValueError: what is no image.
        """
        opened = as_images(images)
        calibrations = calibrations or [None] * len(opened)
        scales = [
            self._predict_at(scale, opened, calibrations) for scale in self.options.test_scales
        ]
        return {
            task: [self._join(parts) for parts in zip(*(found[task] for found in scales))]
            for task in self.tasks
        }

    def find_seen_share(self, image: Image, calibration: Calibration | None = None) -> float:
        """How much of an image the network sees, 0..1; the rest of it is cut off.

        Args:
            image: image.
            calibration: as of `predict_tasks`.
        """
        return self._place(image, calibration).find_seen_share(image.size)

    def warm_up(self) -> None:
        """Prepare what the first image would wait for, where every input has the same size."""
        if not self.input.dynamic:
            size = compute_geometry((1, 1), self.input, self.model.divisor).size
            self.backend(np.zeros((1, *size, 3), np.uint8))

    def _place(
        self, image: Image, calibration: Calibration | None, test_scale: float = 1.0
    ) -> InputGeometry:
        """Where an image lands in the input."""
        focal_length = None if calibration is None else as_camera(calibration).focal_length
        divisor = self.model.divisor
        return compute_geometry(image.size, self.input, divisor, test_scale, focal_length)

    def _predict_at(
        self,
        test_scale: float,
        images: Sequence[Image],
        calibrations: Sequence[Calibration | None],
    ) -> dict[Task, list[Detections | None]]:
        """What is in each image at one test scale."""
        places = [self._place(*each, test_scale) for each in zip(images, calibrations)]
        found: dict[Task, list[Detections | None]] = {
            task: [None] * len(images) for task in self.tasks
        }
        for size in dict.fromkeys(place.size for place in places):
            rows = [i for i in range(len(images)) if places[i].size == size]
            geometries = [places[i] for i in rows]
            pixels = warp_images([images[i] for i in rows], self.input, geometries)
            cameras = [calibrations[i] for i in rows]
            outputs = check_finite(self.backend(pixels))
            for task, spec in self.tasks.items():
                objects = objects_to_image(
                    select_task(outputs, task),
                    spec,
                    geometries,
                    cameras,
                    self.options.authors_compatible,
                )
                for i, result in zip(rows, objects):
                    found[task][i] = result
        return found

    def _join(self, at_scales: Sequence[Detections | None]) -> Detections | None:
        """The objects of one image from what was found at each test scale."""
        parts = [found for found in at_scales if found is not None]
        if not parts:
            return None
        if self.options.single_scale and not self.options.nms:
            return keep_best(parts[0], self.options)
        return merge_detections(parts, self.options)


def as_images(sources: Sequence[AnyImage]) -> list[Image]:
    """Images from what names or holds them.

    Raises:
        DataError: a file is missing or no image.
        ValueError: an array of another shape or type, or no list.
    """
    if isinstance(sources, (str, Path)):
        raise ValueError(f"{sources!r}, expected a list of images")
    return [_as_image(source) for source in sources]


def _as_image(source: AnyImage) -> Image:
    if isinstance(source, (str, Path)):
        return Image(read_image(Path(source)))
    if isinstance(source, Image):
        return source
    if source.ndim != 3 or source.shape[2] != 3 or source.dtype != np.uint8:
        raise ValueError(
            f"an array of {source.shape} {source.dtype}, expected (height, width, 3) uint8"
        )
    return Image(source)


def check_options(tasks: Mapping[Task, ModelSpec], options: PredictorOptions) -> None:
    """Refuse options that the tasks of a network do not allow.

    Raises:
        ValueError: mirroring or several scales for 3D, or mirroring joints whose left and right
            are not known.
    """
    if "ddd" in tasks and (options.flip or not options.single_scale):
        raise ValueError("3D boxes are found at one scale and without mirroring")
    if options.flip and "multi_pose" in tasks and not tasks["multi_pose"].joints.pairs:
        raise ValueError("mirroring needs to know which joints are left and right")


def check_finite(outputs: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    """The outputs of a backend themselves.

    Raises:
        FloatingPointError: the network's output is not finite.
    """
    if not np.isfinite(outputs[SUM]).all():
        raise FloatingPointError("the network's output is not finite")
    return outputs
