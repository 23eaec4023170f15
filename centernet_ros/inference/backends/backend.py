"""What every way to run a network gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from centernet_ros.models.spec import Task

# The output that tells whether all that the network gave is finite: (B,), not finite where any of
# it is not.
SUM = "sum"


class Backend(Protocol):
    """A network made ready to run."""

    def __call__(self, pixels: np.ndarray) -> Mapping[str, np.ndarray]:
        """What is in each image.

        Args:
            pixels: (B, H, W, 3) uint8, in the channel order of the network's input.

        Returns:
            task/field -> the field of that task's objects in B images, as of `EndToEnd`; and SUM.
        """


def select_task(outputs: Mapping[str, np.ndarray], task: Task) -> dict[str, np.ndarray]:
    """The objects of one task among the outputs of a `Backend`: field -> values."""
    prefix = f"{task}/"
    return {
        name.removeprefix(prefix): values
        for name, values in outputs.items()
        if name.startswith(prefix)
    }
