"""The models of a node: loaded together, none for the same task as another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from centernet_ros.inference.backends import load_network
from centernet_ros.inference.postprocessing import (
    clip_to_image,
    drop_non_finite,
    filter_detections,
    find_labels,
)
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import InputSpec, ModelSpec
from centernet_ros.models.spec import Task
from centernet_ros.structures import Detections
from centernet_ros.weights.store import find_weights

# A robot's cameras have few sizes; exporting a network for one takes many seconds.
MAX_ENGINES = 2


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
    """The networks of a node.

    Attributes:
        device: where they run.
        predictors: one per network.
    """

    def __init__(
        self,
        models: Sequence[str],
        device: torch.device,
        max_detections: int,
        change: InputChange,
        backend: str = "torch",
    ) -> None:
        """Load them.

        Args:
            models: checkpoint files, exported networks, or names of published models.
            backend: what runs them, as of `Predictor`.

        Raises:
            CheckpointError: a checkpoint that cannot be used.
            ValueError: no model, two for one task, or a backend that cannot be used here.
        """
        self.device = device
        self.predictors: list[Predictor] = []
        for name in filter(None, models):
            path = find_weights(name)
            model = load_network(path)
            for task in model.spec.tasks.keys() & self.specs.keys():
                raise ValueError(f"{path}: a second model for {task}, expected one per task")
            changed = change.apply(model.spec.input)
            predictor = Predictor(
                model,
                device,
                max_detections,
                backend,
                input_spec=changed,
                max_engines=MAX_ENGINES,
            )
            predictor.warm_up()
            self.predictors.append(predictor)
        if not self.predictors:
            raise ValueError("no model, expected checkpoint files or names of published models")

    @property
    def specs(self) -> dict[Task, ModelSpec]:
        """What finds the objects of each task."""
        return {task: spec for p in self.predictors for task, spec in p.tasks.items()}

    def check_classes(self, names: Sequence[str]) -> None:
        """Whether every name is a class of some model.

        Raises:
            ValueError: one is not.
        """
        find_labels(names, [name for spec in self.specs.values() for name in spec.class_names])


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
