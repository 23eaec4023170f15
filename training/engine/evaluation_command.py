"""The command line that the evaluations of checkpoints share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from centernet_ros.datasets.sample import DataError
from centernet_ros.inference.predictor import Predictor, select_device
from centernet_ros.models import CheckpointError, load_model


def make_parser(description: str) -> argparse.ArgumentParser:
    """A parser of what does not depend on the data."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="checkpoint")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--mode", help="another way to prepare images, such as keep")
    parser.add_argument("--flip", action="store_true", help="average with the mirrored image")
    parser.add_argument("--zooms", type=float, nargs="+", default=(1.0,), help="test scales")
    parser.add_argument("--nms", action="store_true", help="soft-NMS at a single scale too")
    parser.add_argument("--json", type=Path, help="file for the figures")
    return parser


def make_predictor(arguments: argparse.Namespace) -> Predictor:
    """The checkpoint as the command line wants it.

    Raises:
        CheckpointError, ValueError: it cannot be used so.
    """
    predict = Predictor(
        load_model(arguments.model),
        select_device(arguments.device),
        flip=arguments.flip,
        zooms=arguments.zooms,
        nms=arguments.nms,
    )
    if arguments.mode:
        predict.input = replace(predict.input, mode=arguments.mode)
    return predict


def run_command(arguments: argparse.Namespace, score: Callable[[], Mapping[str, float]]) -> int:
    """Print the figures and write them; exit status."""
    try:
        figures = score()
    except (CheckpointError, DataError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    for name, value in figures.items():
        print(f"{name:<16} {value:.4f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(dict(figures), indent=2))
    return 0
