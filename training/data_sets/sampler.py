"""Which samples an epoch takes, in which order and in which process."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from torch.utils.data import Sampler


class EpochSampler(Sampler[list[tuple[int, int]]]):
    """Batches of (epoch, index), shuffled anew each epoch; what does not fill a batch is left out.

    Batch k of all processes together holds the same samples whatever their number, if each one's
    batch is smaller accordingly.

    Args:
        count: of samples.
        batch_size: of one process.
        seed: of the order.
        rank, processes: this process and their number.

    Attributes:
        epoch: to be set before each epoch.

    Raises:
        ValueError: there are fewer samples than a batch needs.
    """

    def __init__(
        self, count: int, batch_size: int, seed: int, rank: int = 0, processes: int = 1
    ) -> None:
        self.count, self.batch_size, self.seed = count, batch_size, seed
        self.rank, self.processes = rank, processes
        self.epoch = 0
        if not len(self):
            raise ValueError(
                f"{count} samples for a batch of {batch_size * processes}: expected as many"
            )

    def __len__(self) -> int:
        """Batches of an epoch."""
        return self.count // (self.batch_size * self.processes)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        order = np.random.default_rng((self.seed, self.epoch)).permutation(self.count)
        whole = self.batch_size * self.processes
        for start in range(0, len(self) * whole, whole):
            mine = order[start + self.rank : start + whole : self.processes]
            yield [(self.epoch, int(index)) for index in mine]
