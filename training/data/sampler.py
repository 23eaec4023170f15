"""Which samples an epoch takes, in which order and in which process."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from torch.utils.data import Sampler


class EpochSampler(Sampler[list[tuple[int, int]]]):
    """Batches of (epoch, index), shuffled anew each epoch; what does not fill a batch is left out.

    A batch takes its samples from one group, such as images of one shape.

    Batch k of all processes together holds the same samples whatever their number, if each one's
    batch is smaller accordingly.

    Args:
        groups: (N,) the group of each sample.
        batch_size: of one process.
        seed: of the order.
        rank, processes: this process and their number.

    Attributes:
        epoch: to be set before each epoch.

    Raises:
        ValueError: no group has as many samples as a batch needs.
    """

    def __init__(
        self, groups: np.ndarray, batch_size: int, seed: int, rank: int = 0, processes: int = 1
    ) -> None:
        self.groups, self.seed = groups, seed
        self.rank, self.processes = rank, processes
        self.whole = batch_size * processes
        self.epoch = 0
        if not len(self):
            most = max(np.unique(groups, return_counts=True)[1], default=0)
            raise ValueError(f"{most} samples for a batch of {self.whole}: expected as many")

    def __len__(self) -> int:
        """Batches of an epoch."""
        return sum(np.unique(self.groups, return_counts=True)[1] // self.whole)

    def describe_unused(self) -> str | None:
        """What no epoch takes, None if there is nothing of the kind."""
        _, counts = np.unique(self.groups, return_counts=True)
        unused = counts[counts < self.whole].sum()
        if not unused:
            return None
        return (
            f"{unused} of {len(self.groups)} images are not learned: fewer than {self.whole}, a "
            "batch, have inputs of their size"
        )

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        order = np.random.default_rng((self.seed, self.epoch)).permutation(len(self.groups))
        waiting: dict[int, list[int]] = {}
        for index in order.tolist():
            batch = waiting.setdefault(int(self.groups[index]), [])
            batch.append(index)
            if len(batch) == self.whole:
                yield [(self.epoch, own) for own in batch[self.rank :: self.processes]]
                batch.clear()
