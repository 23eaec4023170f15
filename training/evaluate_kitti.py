#!/usr/bin/env python3
"""KITTI average precision (2D, orientation, bird's eye view and 3D) and errors of depth.

python training/evaluate_kitti.py --data kitti/training --split val.txt --model best.pt
python training/evaluate_kitti.py --labels label_2 --results results --json ap.json

Of a checkpoint, or of result files. With --labels alone they are held against themselves. That
gives less than 100 where there are fewer objects than points of recall, and is the most that any
detector can reach there.

KITTI counts objects by their height in pixels, so that images of a finer camera have more and
farther ones. --focal-length counts them by the pixels of one camera whatever took the images.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from centernet_ros.datasets.kitti import list_frames
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.errors import DataError
from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.metrics.kitti_ap import CLASSES, MIN_OVERLAPS, evaluate_kitti
from centernet_ros.metrics.kitti_depth import (
    measure_coverage,
    measure_depths,
    measure_relative_error,
)
from centernet_ros.metrics.kitti_frames import read_kitti_frames


class Frames(NamedTuple):
    """The objects of each frame.

    Attributes:
        gt: true ones.
        predictions: found ones.
        deviations: (N,) standard deviations of the found ones' depths in metres, None where they
            are not known.
        class_names: that are scored.
    """

    gt: list[KittiLabels]
    predictions: list[KittiLabels]
    deviations: list[np.ndarray] | None = None
    class_names: Sequence[str] = CLASSES


def read_result_files(arguments: argparse.Namespace) -> Frames:
    """True and found objects of each frame; those found are the true ones without --results."""
    labels, results = arguments.labels, arguments.results
    frames = list_frames(results or labels, arguments.split)
    if arguments.existing:
        frames = [name for name in frames if (labels / f"{name}.txt").is_file()]
    missing = sum(not (results / f"{name}.txt").is_file() for name in frames) if results else 0
    print(f"{len(frames)} frames, {missing} of them without a result file")
    return Frames(*read_kitti_frames(labels, results, frames))


def detect(arguments: argparse.Namespace) -> Frames:
    """True objects of each frame and those that the checkpoint finds."""
    # Result files need no network, nor the seconds that it takes to import.
    from centernet_ros.datasets.kitti import read_kitti
    from centernet_ros.inference.backends import ExportedModel
    from centernet_ros.inference.postprocessing import filter_detections
    from centernet_ros.inference.predictor import Predictor
    from centernet_ros.metrics.kitti_samples import MIN_SCORE, as_frames, order_classes
    from centernet_ros.models import CheckpointError
    from centernet_ros.structures import Boxes3D
    from training.engine.evaluate import evaluate
    from training.engine.evaluation_command import find_network

    try:
        model = find_network(arguments.model)
        if arguments.uncorrected:
            spec = replace(model.spec, focal_length=None)
            if isinstance(model, ExportedModel):
                model = replace(model, spec=spec)
            else:
                model.spec = spec
        predict = Predictor(model, arguments.device)
        if "ddd" not in predict.tasks:
            raise ValueError(f"{arguments.model}: expected a 3D network")
        data = read_kitti(
            arguments.data,
            arguments.split,
            existing=arguments.existing,
            class_names=predict.tasks["ddd"].class_names,
        )
        print(f"{len(data.samples)} frames")
        detections = evaluate(predict, data.samples, "ddd")
        boxes = [b for b in detections if isinstance(b, Boxes3D)]
        gt, predictions = as_frames(data, boxes)
        deviations = [filter_detections(b, MIN_SCORE).depth_deviations for b in boxes]
        if arguments.focal_length is not None:
            scales = [
                arguments.focal_length / s.require_3d().projection[0, 0] for s in data.samples
            ]
            gt, predictions = scale_images(gt, scales), scale_images(predictions, scales)
        return Frames(gt, predictions, deviations, order_classes(data.class_names))
    except CheckpointError as error:
        raise DataError(str(error)) from error


def scale_images(frames: list[KittiLabels], scales: Iterable[float]) -> list[KittiLabels]:
    """The labels of each frame if its image were scaled."""
    return [replace(frame, boxes=scale * frame.boxes) for frame, scale in zip(frames, scales)]


def print_figures(frames: Frames, overlaps: str) -> dict:
    """Print and return what `evaluate_kitti` gives."""
    figures = evaluate_kitti(frames.gt, frames.predictions, overlaps, frames.class_names)
    print(f"{overlaps} overlaps: easy, moderate and hard")
    for name, of_class in figures.items():
        for metric, averages in of_class.items():
            for points, values in averages.items():
                numbers = "  ".join(f"{value:6.2f}" for value in values)
                print(f"{name:<10} {metric:<3} {points}  {numbers}")
    return figures


def print_depths(frames: Frames) -> None:
    """Print how far off the depths are, and how far they say that they are."""
    gt, predictions, deviations, class_names = frames
    for band in measure_depths(gt, predictions, class_names):
        where = f"{band.near}-{band.far} m: {band.predictions} of {band.objects} objects found"
        print(where + (f", depth off by {band.error:.2f} m" if band.predictions else ""))
    print(f"median error of depth up to 40 m: {measure_relative_error(gt, predictions):.1%}")
    if deviations is not None:
        one, two = measure_coverage(gt, predictions, deviations)
        print(f"depths within one standard deviation: {one:.1%}, within two: {two:.1%}")


@report_errors()
def main() -> int:
    """Evaluate what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ground_truth = parser.add_mutually_exclusive_group(required=True)
    ground_truth.add_argument("--data", type=Path, help="image_2, label_2 and calib, for --model")
    ground_truth.add_argument("--labels", type=Path, help="folder of label files")
    predictions = parser.add_mutually_exclusive_group()
    predictions.add_argument(
        "--model", help="checkpoint, exported network, or name of a published one"
    )
    predictions.add_argument("--results", type=Path, help="folder of result files")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--split", type=Path, help="file of one frame a line; all if absent")
    parser.add_argument(
        "--existing", action="store_true", help="pass over frames of the split without labels"
    )
    parser.add_argument(
        "--overlaps", choices=MIN_OVERLAPS, nargs="+", default=["official"], help="or both"
    )
    parser.add_argument(
        "--focal-length", type=float, help="in pixels, of the camera that objects are counted by"
    )
    parser.add_argument(
        "--uncorrected",
        action="store_true",
        help="depths as if all cameras had the focal length that the network learned",
    )
    parser.add_argument("--json", type=Path, help="file for the AP; by overlaps, if of both")
    arguments = parser.parse_args()
    if bool(arguments.data) != bool(arguments.model):
        parser.error("expected --data and --model, or --labels")
    if arguments.labels and (arguments.focal_length or arguments.uncorrected):
        parser.error("--focal-length and --uncorrected are for --data and --model")
    frames = detect(arguments) if arguments.model else read_result_files(arguments)
    report = {overlaps: print_figures(frames, overlaps) for overlaps in arguments.overlaps}
    print_depths(frames)
    if arguments.json:
        figures = report if len(report) > 1 else report[arguments.overlaps[0]]
        arguments.json.write_text(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
