"""The command line that all training commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from lightning_fabric import Fabric

from centernet_ros.models import CheckpointError
from centernet_ros.models.spec import Task
from training.data_sets.sample import DataError, DataSet
from training.engine import TrainingError
from training.run import Score, train
from training.settings import CONFIGURATIONS, Settings, read_settings


def make_parser(description: str, configuration: str) -> argparse.ArgumentParser:
    """A parser of what does not depend on the data.

    Args:
        description: of the command.
        configuration: name of the default file in config/training.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = CONFIGURATIONS / f"{configuration}.yaml"
    parser.add_argument("--config", type=Path, default=default, help=f"default: {default.name}")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value for a field of the configuration, in YAML",
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    parser.add_argument("--resume", action="store_true", help="go on from last.pt in --output")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--devices", type=int, default=1, help="processes on this machine")
    return parser


def run_command(
    arguments: argparse.Namespace,
    task: Task,
    read_data: Callable[[], tuple[DataSet, DataSet | None]],
    score: Score,
) -> int:
    """Train as the command line says; exit status.

    Args:
        arguments: from `make_parser`.
        task: of the network.
        read_data: what to train and to evaluate on.
        score: see `train`.
    """
    try:
        settings = read_settings(arguments.config, arguments.set)
        fabric = launch(settings, arguments.device, arguments.devices)
        train_set, test_set = read_data()
        fabric.print(
            f"{len(train_set.samples)} pictures to learn from, "
            f"{len(test_set.samples) if test_set else 0} to evaluate on; "
            f"classes: {', '.join(train_set.class_names)}"
        )
        train(
            fabric,
            settings,
            task,
            train_set,
            test_set,
            score,
            arguments.output,
            arguments.resume,
        )
    except (CheckpointError, DataError, TrainingError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    return 0


def launch(settings: Settings, device: str, devices: int) -> Fabric:
    """Fabric with its processes, also those of torchrun."""
    torch.set_float32_matmul_precision("high")
    fabric = Fabric(
        accelerator={"cuda": "gpu"}.get(device, device),
        devices=devices,
        precision=settings.precision,
    )
    fabric.launch()
    return fabric
