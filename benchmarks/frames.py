"""Speed of single frames: every way to run a network against the authors', in one run."""

from __future__ import annotations

import copy
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from rclpy.serialization import serialize_message
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.authors_pipeline import AuthorsPipeline
from centernet_ros.conversions.image import image_from_message, image_to_message
from centernet_ros.inference.backends.torch_backend import TorchBackend
from centernet_ros.inference.decoding.decoded import DecodedBatch
from centernet_ros.inference.decoding.to_image import objects_to_image
from centernet_ros.inference.postprocessing import select_published
from centernet_ros.inference.predictor import Predictor, check_finite
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.io.table import Row
from centernet_ros.models import CenterNet, create_model
from centernet_ros.nodes.detector.camera_output import OUTPUTS
from centernet_ros.structures import Image

AUTHORS = "authors"
STAGES = ("receive", "pre", "network", "decode", "rescale", "publish")
# Not part of a frame: its messages if the threshold let all objects pass.
PUBLISH_ALL = "publish all"
MATRIX_SIZE = 2048
# The detector's own.
THRESHOLD = 0.3
# KITTI's, for boxes in space.
PROJECTION = np.array([[721.5, 0, 609.6, 44.9], [0, 721.5, 172.9, 0.2], [0, 0, 1, 0.003]])

Stages = dict[str, float]
Now = Callable[[], float]


@dataclass
class Measured:
    """Seconds of each stage of one way to run a network, one value per repetition."""

    stages: dict[str, list[float]] = field(default_factory=dict)
    whole: list[float] = field(default_factory=list)

    def add(self, stages: Stages) -> None:
        """One repetition."""
        for name, seconds in stages.items():
            self.stages.setdefault(name, []).append(seconds)
        self.whole.append(sum(stages.get(name, 0.0) for name in STAGES))

    def median(self, stage: str | None = None) -> float:
        """Of a stage, or of the whole frame; 0 for a stage that is part of the network's."""
        values = self.whole if stage is None else self.stages.get(stage, [0.0])
        return statistics.median(values)


class Clock:
    """Seconds between calls."""

    def __init__(self, now: Now) -> None:
        self.stages: Stages = {}
        self._now, self._last = now, now()

    def stop(self, stage: str) -> None:
        """Everything since the last call was this stage."""
        now = self._now()
        self.stages[stage] = now - self._last
        self._last = now


@torch.inference_mode()
def run_frame(predict: Predictor, message: ImageMessage, now: Now = time.perf_counter) -> Stages:
    """Seconds of each stage from an image message to the message with its objects.

    Engines do normalization and decoding within the network's stage.
    """
    clock = Clock(now)
    image = image_from_message(message)
    clock.stop("receive")
    pixels, geometries = warp_batch([image], predict.input, predict.model.divisor)
    if type(predict.backend) is TorchBackend:
        module = predict.backend.module
        batch = module.normalize(torch.from_numpy(pixels))
        clock.stop("pre")
        raw, checksum = module.run_network(batch)
        clock.stop("network")
        decoded = DecodedBatch(module.decode_maps(module.activate_maps(raw)), checksum)
        clock.stop("decode")
    else:
        clock.stop("pre")
        decoded = predict.backend(pixels)
        clock.stop("network")
    found = {
        task: found
        for task, objects in check_finite(decoded).objects.items()
        for found in objects_to_image(objects, predict.tasks[task], geometries, [PROJECTION])
        if found is not None
    }
    clock.stop("rescale")
    for stage, threshold in (("publish", THRESHOLD), (PUBLISH_ALL, 0.0)):
        for task, objects in found.items():
            names = predict.tasks[task].class_names
            published, _ = select_published(objects, image.size, threshold, (), names)
            serialize_message(OUTPUTS[task][2](published, message.header))
        clock.stop(stage)
    return clock.stages


def build_authors(model: CenterNet, now: Now) -> list[AuthorsPipeline]:
    """The authors' way, which is a network for each task; of a network for several new ones."""
    parts = model.spec.parts.values()
    models = [create_model(part) for part in parts] or [model]
    return [AuthorsPipeline(one, now) for one in models]


def run_authors(pipelines: Sequence[AuthorsPipeline], image: np.ndarray) -> Stages:
    """Seconds of each stage of all networks together."""
    total: Counter[str] = Counter()
    for pipeline in pipelines:
        total.update(pipeline(image))
    return dict(total)


def make_image(path: Path | None) -> np.ndarray:
    """(H, W, 3) uint8 of a file, or noise of 1280x720.

    Raises:
        ValueError: the file is no image.
    """
    if path is None:
        return np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    pixels = cv2.imread(str(path))
    if pixels is None:
        raise ValueError(f"{path}: not an image that can be decoded")
    return pixels


def measure_frames(
    model: CenterNet,
    predictors: Mapping[str, Predictor],
    image: np.ndarray,
    repetitions: int,
    now: Now = time.perf_counter,
) -> tuple[dict[str, Measured], float]:
    """One frame at a time, every way in turn, so that the machine's moods hit all alike.

    Args:
        model: for the authors' way.
        predictors: the ways to run it.
        image: (H, W, 3) uint8.
        repetitions: after a first one that is not counted.
        now: the clock; processor time is steadier on a machine that others use, but takes
            waiting threads for busy ones.

    Returns:
        by name, "authors" first; and the machine's fp32 operations per second in a matrix product.
    """
    message = image_to_message(Image(image), Header())
    ways: dict[str, Callable[[], Stages]] = {
        AUTHORS: partial(run_authors, build_authors(model, now), image),
        **{
            name: partial(run_frame, predict, message, now) for name, predict in predictors.items()
        },
    }
    measured = {name: Measured() for name in ways}
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
    """Floating-point operations of the network for one image; a product and a sum are two."""
    meta = copy.deepcopy(model).to("meta")
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        meta(torch.empty(1, 3, *model.spec.input.size, device="meta"))
    return counter.get_total_flops()


def tabulate(measured: Mapping[str, Measured], operations: int, peak: float) -> list[Row]:
    """A row per way: milliseconds, and ratios to the authors' way and to the machine's peak."""
    reference = measured[AUTHORS]
    rows = []
    for name, times in measured.items():
        network = times.median("network")
        ratio = statistics.median(a / b for a, b in zip(reference.whole, times.whole))
        rows.append(
            {
                "backend": name,
                **{stage: 1e3 * times.median(stage) for stage in (*STAGES, PUBLISH_ALL)},
                "frame": 1e3 * times.median(),
                "speed-up": ratio,
                "network speed-up": reference.median("network") / network,
                "share of peak": operations / network / peak,
                "outside network": 1 - network / times.median(),
            }
        )
    return rows
