"""The command line that all training commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from jsonargparse import Namespace
from lightning_fabric import Fabric

from centernet_ros.inference.device import select_device
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.command_errors import INTERRUPTED, report_errors
from centernet_ros.models import CheckpointError, load_model
from centernet_ros.models.spec import Task
from training.data.splits import Splits
from training.engine.epoch import TrainingError
from training.engine.figures import format_figures, write_figures
from training.engine.joint_settings import describe_joints
from training.engine.precision import choose_precision
from training.engine.run import options_for, score_splits, train
from training.engine.settings import Settings
from training.engine.settings_parser import (
    SettingsParser,
    add_settings,
    build_settings,
    make_settings_parser,
)


def make_parser(description: str, configuration: str, task: Task | None) -> SettingsParser:
    """A parser of what does not depend on the data.

    Args:
        description: of the command.
        configuration: name of the default file in config/training.
        task: see `add_settings`.
    """
    parser = make_settings_parser(description)
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    parser.add_argument("--resume", action="store_true", help="go on from last.pt in --output")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--devices", type=int, default=1, help="processes on this machine")
    add_settings(parser, configuration, task)
    return parser


@report_errors(CheckpointError, TrainingError)
def run_command(
    parser: SettingsParser,
    arguments: Namespace,
    read_data: Callable[[], Mapping[Task, Splits]],
) -> int:
    """Train as the command line says; exit status.

    Args:
        parser: from `make_parser`.
        arguments: that it parsed.
        read_data: what to train, to choose and to test each task of the network on.
    """
    try:
        settings = build_settings(parser, arguments)
        fabric = launch(settings, arguments.device, arguments.devices)
        data = describe_joints(settings.joints, read_data())
        for task, splits in data.items():
            fabric.print(f"{task}: {splits}")
            limit = settings.for_task(task).targets.describe_limit(
                [len(sample.boxes) for sample in splits.train.samples]
            )
            for note in (*splits.notes, *splits.find_doubts(), *filter(None, [limit])):
                fabric.print(f"{task}: note: {note}")
            splits.check_images()
        figures = train(fabric, settings, data, arguments.output, arguments.resume)
        if fabric.is_global_zero:
            finish(fabric, settings, data, arguments.output, figures)
    except OSError as error:
        place = error.filename or arguments.output
        raise OSError(error.errno, error.strerror, str(place)) from error
    except KeyboardInterrupt:
        last = arguments.output / "last.pt"
        rest = f"; --resume goes on from {last}" if last.is_file() else ""
        print(f"{Path(sys.argv[0]).name}: stopped{rest}", file=sys.stderr)
        return INTERRUPTED
    return 0


def finish(
    fabric: Fabric,
    settings: Settings,
    data: Mapping[Task, Splits],
    output: Path,
    figures: Mapping[str, float],
) -> None:
    """Score the run's checkpoint on the test data, this once, and write figures.json.

    The checkpoint is the best on the validation data, or else the last.

    Args:
        fabric, settings, data, output: of the run.
        figures: of best.pt on the validation data, empty without any.
    """
    result = {"validation": dict(figures)} if figures else {}
    if any(splits.test for splits in data.values()):
        best = output / "best.pt"
        chosen = best if best.exists() else output / "last.pt"
        options = options_for(settings, [splits.test for splits in data.values()])
        model = load_model(chosen)
        predict = Predictor(model, fabric.device, options=options)
        result["test"], _ = score_splits(predict, data, "test")
        print(f"test, {chosen.name}: {format_figures(result['test'])}")
        if options.flip:  # which the detector does not do
            predict = Predictor(model, fabric.device, options=replace(options, flip=False))
            result["test_without_flip"], _ = score_splits(predict, data, "test")
            print(
                f"test, {chosen.name}, without mirrored images: "
                f"{format_figures(result['test_without_flip'])}"
            )
    write_figures(output, result)
    if "threshold" in figures:
        print(
            f"{output / 'best.pt'} is best at a threshold of {figures['threshold']:.2f}, which it "
            f"keeps for the detector: F1 {figures['F1']:.3f} with precision "
            f"{figures['precision']:.3f} and recall {figures['recall']:.3f}"
        )


def launch(settings: Settings, device: str, devices: int) -> Fabric:
    """Fabric with its processes, or as one of those that torchrun started on several machines."""
    torch.set_float32_matmul_precision("high")
    machines = 1
    if torch.distributed.is_torchelastic_launched():
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        machines = int(os.environ["WORLD_SIZE"]) // devices
    target = torch.device(select_device(device))
    precision = choose_precision(settings.precision, target)
    fabric = Fabric(
        accelerator={"cuda": "gpu"}.get(target.type, target.type),
        devices=devices,
        num_nodes=machines,
        precision=precision,
    )
    fabric.launch()
    if precision != settings.precision:
        fabric.print(
            f"precision {precision} instead of {settings.precision}: this processor has no "
            "AVX-512, without which bfloat16 is many times slower"
        )
    return fabric
