"""The curves of a run, for TensorBoard."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

# What TensorBoard expects as the first record of a file.
FILE_VERSION = "brain.Event:2"


class EventLog:
    """Writes figures to a folder that TensorBoard reads, each at once.

    SummaryWriter writes in a thread of its own, whose errors nobody could answer for.

    Raises:
        OSError: by each method, if they cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        now = time.time()
        name = f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}.{os.getpid()}"
        self._writer = RecordWriter((folder / name).open("wb"))
        self._write(Event(wall_time=now, file_version=FILE_VERSION))

    def add(self, group: str, figures: Mapping[str, float], step: int) -> None:
        """Add a point to the curve of each figure."""
        values = [
            Summary.Value(tag=f"{group}/{name}", simple_value=value)
            for name, value in figures.items()
        ]
        self._write_values(values, step)

    def add_image(self, path: Path, step: int) -> None:
        """Show a JPEG or PNG file, under its name."""
        with Image.open(path) as opened:
            width, height = opened.size
        picture = Summary.Image(
            height=height, width=width, colorspace=3, encoded_image_string=path.read_bytes()
        )
        self._write_values([Summary.Value(tag=path.stem, image=picture)], step)

    def _write_values(self, values: list[Summary.Value], step: int) -> None:
        self._write(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))

    def _write(self, event: Event) -> None:
        self._writer.write(event.SerializeToString())
        self._writer.flush()
