"""Measures single frames: every way to run a network against the authors' way, in one run."""

from __future__ import annotations

import copy
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from std_msgs.msg import Header
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.authors_pipeline import AuthorsPipeline
from benchmarks.frame_stages import STAGES, Now, Stages, run_frame
from centernet_ros.conversions.image import image_to_message
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.images import read_image
from centernet_ros.models import CenterNet, create_model
from centernet_ros.structures import Image

AUTHORS = "authors"
MATRIX_SIZE = 2048


@dataclass
class StageTimes:
    """The times of one way to run a network.

    Attributes:
        stages: the seconds of each stage, one value per repetition.
        whole: the seconds of the whole frame, one value per repetition.
    """

    stages: dict[str, list[float]] = field(default_factory=dict)
    whole: list[float] = field(default_factory=list)

    def add(self, stages: Stages) -> None:
        """Add one repetition."""
        for name, seconds in stages.items():
            self.stages.setdefault(name, []).append(seconds)
        self.whole.append(sum(stages.get(name, 0.0) for name in STAGES))

    def median(self, stage: str | None = None) -> float:
        """Return the median seconds of a stage, or of the whole frame if none is named.

        A stage that the network's stage includes takes 0 seconds.
        """
        values = self.whole if stage is None else self.stages.get(stage, [0.0])
        return statistics.median(values)


def build_authors(model: CenterNet, now: Now) -> list[AuthorsPipeline]:
    """Build the authors' way, which has one network per task.

    A network of several tasks is replaced by new networks with random weights.
    """
    parts = model.spec.parts.values()
    models = [create_model(part) for part in parts] or [model]
    return [AuthorsPipeline(part, now) for part in models]


def run_authors(pipelines: Sequence[AuthorsPipeline], image: np.ndarray) -> Stages:
    """Return the seconds of each stage, summed over all networks."""
    total: Counter[str] = Counter()
    for pipeline in pipelines:
        total.update(pipeline(image))
    return dict(total)


def make_image(path: Path | None) -> np.ndarray:
    """Return the (H, W, 3) uint8 image of a file, or noise of 1280x720 if no file is named.

    Raises:
        ValueError: the file is not an image.
    """
    if path is None:
        return np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    return read_image(path)


def measure_frames(
    model: CenterNet,
    predictors: Mapping[str, Predictor],
    image: np.ndarray,
    repetitions: int,
    now: Now = time.perf_counter,
) -> tuple[dict[str, StageTimes], float]:
    """Measure one frame at a time.

    All ways take turns, so that other work on the machine slows all of them alike.

    Args:
        model: the network for the authors' way.
        predictors: the other ways to run it, by name.
        image: (H, W, 3) uint8.
        repetitions: how many frames are measured after a first one, which is not counted.
        now: the clock in seconds. Processor time varies less on a machine that others use, but it
            also counts threads that wait for work.

    Returns:
        the times of each way by its name, with "authors" first; and how many fp32 operations per
        second this machine does in a matrix product.
    """
    message = image_to_message(Image(image), Header())
    ways: dict[str, Callable[[], Stages]] = {
        AUTHORS: partial(run_authors, build_authors(model, now), image),
        **{
            name: partial(run_frame, predict, message, now) for name, predict in predictors.items()
        },
    }
    measured = {name: StageTimes() for name in ways}
    matrix = torch.rand(MATRIX_SIZE, MATRIX_SIZE)
    peak = 0.0
    for repetition in range(repetitions + 1):
        start = now()
        matrix @ matrix
        peak = max(peak, 2 * MATRIX_SIZE**3 / (now() - start))
        for name, run in ways.items():
            stages = run()
            if repetition:
                measured[name].add(stages)
    return measured, peak


def count_operations(model: CenterNet) -> int:
    """Return the floating-point operations of the network for one image.

    A product and a sum count as two operations.
    """
    meta = copy.deepcopy(model).to("meta")
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        meta(torch.empty(1, 3, *model.spec.input.size, device="meta"))
    return counter.get_total_flops()
