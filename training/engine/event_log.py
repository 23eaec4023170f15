"""The curves of a run, for TensorBoard."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter


class EventLog:
    """Writes figures to a folder that TensorBoard reads.

    Raises:
        OSError: by each method, if they cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        # The writer's thread also hands its error to whoever adds next, who reports it.
        threading.excepthook = _pass_over_os_errors
        self._writer = SummaryWriter(folder)

    def add(self, group: str, figures: Mapping[str, float], step: int) -> None:
        """Add a point to the curve of each figure."""
        for name, value in figures.items():
            self._writer.add_scalar(f"{group}/{name}", value, step)


def _pass_over_os_errors(failure: threading.ExceptHookArgs) -> None:
    if not isinstance(failure.exc_value, OSError):
        threading.__excepthook__(failure)
