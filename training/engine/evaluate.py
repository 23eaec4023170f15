"""Detection over a data set, shared among the processes of a training."""

from __future__ import annotations

from collections.abc import Sequence

import torch.distributed as dist
from tqdm import tqdm

from centernet_ros.datasets.sample import Sample, read_sample_image
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models.spec import Task
from centernet_ros.structures import Detections, Image


def evaluate(
    predict: Predictor, samples: Sequence[Sample], task: Task, batch_size: int = 8
) -> list[Detections]:
    """The objects of a task found in each sample's image.

    Where several processes train together, each takes a part of the samples and all get the
    objects of all.

    Args:
        predict: runs the network.
        samples: whose images are looked at.
        task: of the network's, whose objects are wanted.
        batch_size: images per run of the network.

    Raises:
        DataError: an image is missing or does not decode.
    """
    if not (dist.is_available() and dist.is_initialized()):
        return detect(predict, samples, task, batch_size)
    rank, processes = dist.get_rank(), dist.get_world_size()
    parts: list[list[Detections]] = [[] for _ in range(processes)]
    dist.all_gather_object(parts, detect(predict, samples[rank::processes], task, batch_size))
    return [parts[i % processes][i // processes] for i in range(len(samples))]


def detect(
    predict: Predictor, samples: Sequence[Sample], task: Task, batch_size: int
) -> list[Detections]:
    """`evaluate` in this process alone."""
    detections: list[Detections] = []
    # Images at their own resolution, of a size each, make batches of their own.
    own_size = predict.input.dynamic and predict.input.resize == "none"
    step = 1 if own_size else batch_size
    for start in tqdm(range(0, len(samples), step), leave=False, disable=None):
        batch = samples[start : start + step]
        images = [Image(read_sample_image(sample)) for sample in batch]
        cameras = [s.annotations_3d.projection if s.annotations_3d else None for s in batch]
        predictions = predict.predict_tasks(images, cameras)[task]
        detections += [objects for objects in predictions if objects is not None]
    return detections
