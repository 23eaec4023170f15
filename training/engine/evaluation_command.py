"""The command line that the evaluations of checkpoints share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from centernet_ros.datasets.common_classes import keep_common_classes, relabel_detections
from centernet_ros.datasets.sample import DataSet
from centernet_ros.inference.backends import CheckpointFile, ExportedModel, load_network
from centernet_ros.inference.input_override import KEEP_RESOLUTION, InputOverride
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CheckpointError
from centernet_ros.structures import Detections
from centernet_ros.weights.store import find_weights
from training.engine.evaluate import evaluate


def make_parser(description: str) -> argparse.ArgumentParser:
    """A parser of what does not depend on the data."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model", required=True, help="checkpoint, exported network, or name of a published one"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--keep-resolution", action="store_true", help="pad instead of scaling")
    parser.add_argument("--flip", action="store_true", help="average with the mirrored image")
    parser.add_argument(
        "--test-scales", type=float, nargs="+", default=(1.0,), help="sizes of each image"
    )
    parser.add_argument(
        "--max-detections",
        type=int,
        help="per image; default: 100, or as many objects as the fullest image has",
    )
    parser.add_argument("--nms", action="store_true", help="soft-NMS at a single scale too")
    parser.add_argument("--json", type=Path, help="file for the figures")
    return parser


def find_network(model: str) -> CheckpointFile | ExportedModel:
    """The network behind --model.

    Raises:
        CheckpointError: there is none.
    """
    return load_network(find_weights(model))


def make_predictor(
    arguments: argparse.Namespace, model: CheckpointFile | ExportedModel, most_objects: int
) -> Predictor:
    """The network as the command line wants it.

    Args:
        arguments: of the command line.
        model: the network.
        most_objects: in one image of the data.

    Raises:
        ValueError: it cannot be used so.
    """
    options = PredictorOptions(
        flip=arguments.flip, test_scales=tuple(arguments.test_scales), nms=arguments.nms
    )
    if arguments.max_detections is None:
        options = options.make_room(most_objects)
    elif arguments.max_detections < 1:
        raise ValueError(f"--max-detections {arguments.max_detections}, expected 1 or more")
    else:
        options = replace(options, max_detections=arguments.max_detections)
        if options.max_detections < most_objects:
            print(
                f"note: an image has {most_objects} objects, of which --max-detections "
                f"{options.max_detections} leaves some unfound"
            )
    return Predictor(
        model,
        arguments.device,
        options=options,
        input_override=KEEP_RESOLUTION if arguments.keep_resolution else InputOverride(),
    )


def find_common(
    arguments: argparse.Namespace, model: CheckpointFile | ExportedModel, data: DataSet
) -> tuple[DataSet, list[Detections]]:
    """What a network finds, of the classes that it has in common with the data.

    Returns:
        the data of these classes, and what was found in each of its images.

    Raises:
        DataError: no class is in common, or an image cannot be read.
        ValueError: the network cannot be used as the command line wants it.
    """
    names = model.spec.class_names
    data = keep_common_classes(data, names)
    for note in data.notes:
        print(f"note: {note}")
    predict = make_predictor(arguments, model, data.most_objects)
    predictions = evaluate(predict, data.samples, model.spec.task)
    return data, [relabel_detections(found, names, data.class_names) for found in predictions]


@report_errors(CheckpointError)
def run_command(arguments: argparse.Namespace, score: Callable[[], Mapping[str, float]]) -> int:
    """Print the figures and write them; exit status."""
    figures = score()
    for name, value in figures.items():
        print(f"{name:<16} {value:.4f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(dict(figures), indent=2))
    return 0
