"""The models of a node: loaded together, one for each task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.models import InputSpec, ModelSpec, load_model
from centernet_ros.models.spec import Task
from centernet_ros.postprocessing import (
    clip_to_image,
    drop_non_finite,
    filter_detections,
    find_labels,
)
from centernet_ros.predictor import Predictor
from centernet_ros.preprocessing import compute_geometry
from centernet_ros.structures import Detections, Image
from centernet_ros.weights.store import find_weights


@dataclass(frozen=True)
class InputChange:
    """What a node's parameters change in its models' inputs; None leaves the models' own."""

    mode: str | None = None
    height: int | None = None
    width: int | None = None

    def apply(self, spec: InputSpec) -> InputSpec:
        """The changed input."""
        size = (self.height or spec.size[0], self.width or spec.size[1])
        return replace(spec, size=size, mode=self.mode or spec.mode)


class ModelSet:
    """Predictors by task.

    Attributes:
        device: where they run.
    """

    def __init__(
        self,
        models: Sequence[str],
        device: torch.device,
        max_detections: int,
        change: InputChange,
    ) -> None:
        """Load them.

        Args:
            models: checkpoint files or names of fetched published models.

        Raises:
            CheckpointError: a checkpoint that cannot be used.
            ValueError: no model, or two for one task.
        """
        self.device = device
        self._predictors: dict[Task, Predictor] = {}
        for name in filter(None, models):
            path = find_weights(name)
            model = load_model(path)
            if model.task in self._predictors:
                raise ValueError(f"{path}: a second model for {model.task}, expected one per task")
            predictor = Predictor(model, device, max_detections)
            predictor.input = change.apply(model.spec.input)
            self._predictors[model.task] = predictor
        if not self._predictors:
            raise ValueError("no model, expected checkpoint files or names of published models")

    @property
    def specs(self) -> dict[Task, ModelSpec]:
        """What the model of each task is."""
        return {task: p.model.spec for task, p in self._predictors.items()}

    def check_classes(self, names: Sequence[str]) -> None:
        """Whether every name is a class of some model.

        Raises:
            ValueError: one is not.
        """
        find_labels(names, [name for spec in self.specs.values() for name in spec.class_names])

    def predict(
        self, task: Task, images: Sequence[Image], cameras: Sequence[CameraModel] | None = None
    ) -> list[Detections]:
        """The objects in each picture; pictures of one input size go through the network at once.

        Args:
            cameras: of each picture, for the task "ddd".
        """
        predictor = self._predictors[task]
        groups: dict[tuple[int, int], list[int]] = {}
        for i, image in enumerate(images):
            size = compute_geometry(image.size, predictor.input, predictor.model.divisor).size
            groups.setdefault(size, []).append(i)
        found: dict[int, Detections] = {}
        for rows in groups.values():
            calibrations = [cameras[i] for i in rows] if cameras else None
            found |= zip(rows, predictor([images[i] for i in rows], calibrations))
        return [found[i] for i in range(len(images))]


def select_published(
    detections: Detections,
    size: tuple[int, int],
    threshold: float,
    names: Sequence[str],
    class_names: Sequence[str],
) -> tuple[Detections, int]:
    """What of a model's detections is published, and how many boxes were degenerate.

    Degenerate are those without area in the image and those with numbers that are not finite.

    Args:
        size: height and width of the image.
        threshold: least score.
        names: of the wanted classes, known to this model or another; none for all.
        class_names: this model's, by label.
    """
    wanted = set(filter(None, names))
    labels = find_labels([n for n in wanted if n in class_names], class_names) if wanted else None
    kept = filter_detections(detections, threshold, (labels or set()) if wanted else None)
    clipped = clip_to_image(drop_non_finite(kept), size)
    return clipped, len(kept) - len(clipped)


def names_by_label(spec: ModelSpec) -> Mapping[int, str]:
    """The class names of a model."""
    return dict(enumerate(spec.class_names))
