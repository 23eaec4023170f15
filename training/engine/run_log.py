"""What a run leaves for people to look at, beside its checkpoints."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from centernet_ros.models.spec import Task
from centernet_ros.structures import Detections
from training.data.splits import Splits
from training.engine.event_log import EventLog
from training.engine.prediction_sheet import SHEET, draw_sheet
from training.engine.results_plot import plot_results
from training.engine.results_table import add_results, read_results
from training.engine.settings import Settings
from training.engine.validation_curves import CURVES, draw_curves

SETTINGS = "settings.yaml"


class RunLog:
    """Writes settings.yaml, results.csv, results.png, val_*.* and TensorBoard's files.

    Args:
        folder: of the run.
        settings: of the run.

    Raises:
        OSError: by each method, if something cannot be written.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._events = EventLog(folder)
        self._began = time.monotonic()
        plain = json.loads(json.dumps(settings.to_dict()))  # YAML's dumper knows no tuples
        (folder / SETTINGS).write_text(yaml.safe_dump(plain, sort_keys=False))

    def add_losses(self, losses: Mapping[str, float], step: int) -> None:
        """Of one backward pass."""
        self._events.add("loss", losses, step)

    def add_epoch(
        self, losses: Mapping[str, float], learning_rate: float, epoch: int, step: int
    ) -> None:
        """Mean losses of an epoch, and its learning rate; epochs count from 1."""
        seconds = time.monotonic() - self._began
        row = {**losses, "learning_rate": learning_rate, "seconds": round(seconds)}
        add_results(self._folder, epoch, row)
        self._events.add("epoch", {"learning_rate": learning_rate}, step)

    def add_figures(self, figures: Mapping[str, float], epoch: int, step: int) -> None:
        """Of the validation data."""
        add_results(self._folder, epoch, figures)
        self._events.add("validation", figures, step)

    def plot(self) -> None:
        """All so far, which takes half a second."""
        plot_results(self._folder, read_results(self._folder))

    def draw(
        self,
        data: Mapping[Task, Splits],
        predictions: Mapping[Task, Sequence[Detections]],
        figures: Mapping[str, float],
        step: int,
    ) -> None:
        """Truth beside what passes the best threshold, and the classes' curves and confusions.

        Of several tasks there is a picture for each.
        """
        for task, found in predictions.items():
            validation = data[task].validation
            prefix = f"{task}_" if len(data) > 1 else ""
            threshold = figures[f"{task}/threshold" if len(data) > 1 else "threshold"]
            if validation:
                sheet, curves = (self._folder / f"{prefix}{name}" for name in (SHEET, CURVES))
                draw_sheet(sheet, validation, found, threshold)
                draw_curves(curves, validation, found, threshold)
                for picture in (sheet, curves):
                    self._events.add_image(picture, step)
