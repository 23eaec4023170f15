"""Training steps per second in float32 and in bfloat16."""

from __future__ import annotations

from collections.abc import Callable

import torch
from lightning_fabric import Fabric

from benchmarks.gpu_clock import measure_in_turns
from benchmarks.models import build_model
from centernet_ros.models.spec import Task
from training.engine.epoch import StackedMaps, train_one_epoch
from training.engine.settings import Precision
from training.losses import LossOptions

BATCH = 16
PRECISIONS: tuple[Precision, ...] = ("32-true", "bf16-mixed")


def measure_training(name: str, device: torch.device, repetitions: int) -> dict[str, object]:
    """A row: steps per second of the training's own epoch, in each precision.

    Args:
        name: of a 2D network, as of `build_model`.
        device: where to train.
        repetitions: measured steps of each precision.
    """
    steps = {precision: Step(name, device, precision) for precision in PRECISIONS}
    ways: dict[str, Callable[[], object]] = {str(name): step for name, step in steps.items()}
    seconds = measure_in_turns(ways, device, repetitions)
    rates = {name: 1 / value for name, value in seconds.items()}
    size = "x".join(map(str, steps[PRECISIONS[0]].size))
    times = rates["bf16-mixed"] / rates["32-true"]
    return {"network": name, "input": size, "batch": BATCH, **rates, "times_faster": times}


class Step:
    """One step of training on one batch of noise with an object in each image."""

    def __init__(self, name: str, device: torch.device, precision: Precision) -> None:
        model = build_model(name, (720, 1280)).train()
        self.size = model.spec.input.size
        devices = [device.index or 0] if device.type == "cuda" else 1
        self._fabric = Fabric(accelerator=device.type, devices=devices, precision=precision)
        optimizer = torch.optim.Adam(model.parameters(), 1e-6)
        self._model, self._optimizer = self._fabric.setup(StackedMaps(model), optimizer)
        self._batch = self._fabric.to_device(make_batch(self.size, model.spec.heads["hm"]))

    def __call__(self) -> dict[str, float]:
        """The losses."""
        options: dict[Task, LossOptions] = {"ctdet": LossOptions()}
        batches = [{"ctdet": self._batch}]
        # A list is as good as a loader.
        return train_one_epoch(self._fabric, self._model, self._optimizer, batches, options)  # type: ignore[arg-type]


def make_batch(size: tuple[int, int], classes: int) -> dict[str, torch.Tensor]:
    """Images and the targets of one object in the middle of each."""
    height, width = (side // 4 for side in size)
    heatmap = torch.zeros(BATCH, classes, height, width)
    heatmap[:, 0, height // 2, width // 2] = 1
    return {
        "image": torch.rand(BATCH, 3, *size),
        "hm": heatmap,
        "ind": torch.full((BATCH, 1), height // 2 * width + width // 2),
        "reg_mask": torch.ones(BATCH, 1, dtype=torch.uint8),
        "wh": torch.full((BATCH, 1, 2), 10.0),
        "reg": torch.full((BATCH, 1, 2), 0.5),
    }
