"""The models of a node: loaded together, none for the same task as another."""

from __future__ import annotations

from collections.abc import Sequence

from centernet_ros.inference.backends import load_network
from centernet_ros.inference.input_override import InputOverride
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.postprocessing import find_labels
from centernet_ros.inference.predictor import DEFAULT_OPTIONS, NO_OVERRIDE, Predictor
from centernet_ros.models import ModelSpec
from centernet_ros.models.spec import Task
from centernet_ros.weights.store import find_weights

# A robot's cameras have few sizes; exporting a network for one takes many seconds.
MAX_ENGINES = 4


class ModelSet:
    """The networks of a node.

    Args:
        models: checkpoint files, exported networks, or names of published models.
        device: where they run.
        backend: what runs them, as of `Predictor`.
        options: of every predictor.
        input_override: what is changed in the way images become their inputs.

    Attributes:
        device: as given.
        predictors: one per network.

    Raises:
        CheckpointError: a checkpoint that cannot be used.
        ValueError: no model, two for one task, or a backend that cannot be used here.
    """

    def __init__(
        self,
        models: Sequence[str],
        device: str,
        backend: str = "torch",
        options: PredictorOptions = DEFAULT_OPTIONS,
        input_override: InputOverride = NO_OVERRIDE,
    ) -> None:
        self.device = device
        self.predictors: list[Predictor] = []
        for name in filter(None, models):
            path = find_weights(name)
            model = load_network(path)
            for task in model.spec.tasks.keys() & self.specs.keys():
                raise ValueError(f"{path}: a second model for {task}, expected one per task")
            predictor = Predictor(
                model,
                device,
                backend,
                options,
                input_override=input_override,
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
