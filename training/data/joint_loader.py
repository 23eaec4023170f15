"""Batches of several tasks side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor
from torch.utils.data import DataLoader

from centernet_ros.io.errors import DataError
from centernet_ros.models.spec import Task
from training.data.sampler import EpochSampler

Batch = dict[str, Tensor]


class JointLoader:
    """One batch of each task at a time; an epoch ends with the task that has most of them.

    Data of other tasks begins anew within the epoch, in another order.

    Args:
        loaders: of each task's batches, with "image" and the targets.
        samplers: that order them.

    Attributes:
        epoch: to be set before each epoch.

    Raises:
        DataError: on the way, what a loader meets.
    """

    def __init__(
        self, loaders: Mapping[Task, DataLoader], samplers: Mapping[Task, EpochSampler]
    ) -> None:
        self._loaders, self._samplers = loaders, samplers
        self.epoch = 0

    @property
    def notes(self) -> list[str]:
        """What no epoch takes, a line for each task that has such samples."""
        unused = {task: sampler.describe_unused() for task, sampler in self._samplers.items()}
        return [f"{task}: note: {text}" for task, text in unused.items() if text]

    def __len__(self) -> int:
        """Batches of each task in an epoch."""
        return max(map(len, self._loaders.values()))

    def __iter__(self) -> Iterator[dict[Task, Batch]]:
        of_tasks = {task: self._repeat(task) for task in self._loaders}
        for _ in range(len(self)):
            yield {task: next(batches) for task, batches in of_tasks.items()}

    def _repeat(self, task: Task) -> Iterator[Batch]:
        loader = self._loaders[task]
        passes = -(-len(self) // len(loader))
        for number in range(passes):
            self._samplers[task].epoch = self.epoch * passes + number
            try:
                yield from loader
            except DataError as error:
                # A loading process puts its traceback before the message.
                raise DataError(str(error).split("DataError: ")[-1].strip()) from error
