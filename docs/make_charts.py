#!/usr/bin/env python3
"""Draws the charts of the documentation from what was measured.

centernet_evaluate COCO --output coco
centernet_evaluate KITTI/training --split val.txt --models kitti_mobilenetv3 --output kitti
python docs/make_charts.py precision coco/recorded
python docs/make_charts.py depth kitti/recorded
python docs/make_charts.py speed COCO
python training/train.py BCCD --output run --epochs 15 --evaluate_every 1
python docs/make_charts.py training run
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from centernet_ros.conversions.kitti_ground_truth import kitti_from_messages
from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.common_classes import keep_common_classes, relabel_detections
from centernet_ros.datasets.sample import DataSet, read_sample_image
from centernet_ros.inference.input_override import InputOverride
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.errors import DataError
from centernet_ros.metrics.coco_samples import score_coco
from centernet_ros.metrics.kitti_depth import BAND, match_depths
from centernet_ros.models import load_model
from centernet_ros.replay.kitti_scores import make_labels, read_boxes
from centernet_ros.replay.recording import read_recording
from centernet_ros.replay.score import CONFIDENCE_THRESHOLD
from centernet_ros.replay.scores import score_recording
from centernet_ros.structures import Image
from centernet_ros.weights.store import DEFAULT_MODEL, find_weights
from training.engine.results_plot import find_curves
from training.engine.results_table import read_results

IMAGES = Path(__file__).parent / "images"
# Letters as paths look the same everywhere; a fixed salt keeps unchanged files equal.
STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "centernet_ros",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "font.size": 10,
    "legend.frameon": False,
}
# Sides of the square input in pixels.
SIDES = (256, 320, 384, 512, 640, 768)
# Metres.
FARTHEST = 60


def draw_precision(recording: Path) -> Path:
    """Precision over recall of the published 2D detections, mean of all classes.

    Raises:
        BagError: the recording cannot be read.
        DataError: it has no 2D detections with ground truth.
    """
    scores, notes = score_recording(read_recording(recording), ["detections"])
    if not scores:
        raise DataError(f"{recording}: {'; '.join(notes)}")
    score = scores["detections"]
    figure, axes = make_axes("recall", "precision")
    for name, (recall, precision) in score.curves.items():
        axes.plot(recall, precision, label=f"boxes overlap by {name}")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), title=f"{DEFAULT_MODEL}: AP {score.metrics['AP']:.3f}")
    axes.legend()
    return save(figure, "precision_recall")


def draw_depth(recording: Path) -> Path:
    """Errors of the published distances over the true distance.

    Raises:
        BagError: the recording cannot be read.
        DataError: nothing of the ground truth was found.
    """
    read = read_recording(recording)
    gt = [kitti_from_messages(frame.ground_truth, read.gt_names) for frame in read.frames]
    found = [
        boxes[boxes.scores >= CONFIDENCE_THRESHOLD] if boxes is not None else None
        for boxes in map(read_boxes, read.frames)
    ]
    names = read.names.get("detections_3d", {})
    depths, errors, matches = match_depths(gt, [make_labels(boxes, names) for boxes in found])
    all_deviations = [boxes.depth_deviations for boxes in found if boxes is not None]
    near = (matches >= 0) & (depths < FARTHEST)
    if not near.any():
        raise DataError(f"{recording}: no 3D box fits the ground truth")
    depths, errors, matches = depths[near], errors[near], matches[near]
    deviations = np.concatenate(all_deviations)[matches]
    figure, axes = make_axes("true distance in m", "error of the distance in m")
    axes.scatter(depths, errors, s=8, alpha=0.4, linewidths=0, label="objects")
    edges = np.arange(0, FARTHEST, BAND)
    bands = [(depths >= edge) & (depths < edge + BAND) for edge in edges]
    known = [(edge + BAND / 2, band) for edge, band in zip(edges, bands) if band.any()]
    middles = [middle for middle, _ in known]
    median = np.array([np.median(np.abs(errors[band])) for _, band in known])
    published = np.array([np.median(deviations[band]) for _, band in known])
    for sign, label in ((1, "median of the errors"), (-1, None)):
        axes.plot(middles, sign * median, color="tab:red", marker="o", markersize=4, label=label)
    axes.fill_between(
        middles, -published, published, color="tab:orange", alpha=0.25, linewidth=0,
        label="one published standard deviation",
    )  # fmt: skip
    axes.set(xlim=(0, FARTHEST), ylim=(-10, 10), title="kitti_mobilenetv3 on frames of KITTI")
    axes.legend(loc="lower left")
    return save(figure, "depth_error")


def draw_speed(folder: Path) -> Path:
    """Average precision over the time of a frame, as figure 1 of the paper does.

    Raises:
        DataError: the data set cannot be read.
    """
    data = read_coco(folder / "annotations" / "instances_val2017.json", folder / "val2017")
    figure, axes = make_axes("milliseconds a frame", "box AP in percent")
    for flip, label in ((False, "once"), (True, "and mirrored")):
        points = []
        for side in SIDES:
            milliseconds, precision = measure(data, side, flip)
            print(f"{side}x{side}, {label}: {milliseconds:.1f} ms, AP {precision:.4f}")
            points.append((milliseconds, 100 * precision))
        axes.plot(*zip(*points), marker="o", markersize=4, label=f"each image {label}")
        for side, point in zip(SIDES, points):
            axes.annotate(str(side), point, xytext=(4, -11), textcoords="offset points", size=8)
    axes.set(xlim=(0, None), title=f"{DEFAULT_MODEL} by the side of its input in pixels")
    axes.legend(loc="lower right")
    return save(figure, "speed_accuracy")


def draw_training(run: Path) -> Path:
    """The loss and the average precision of the validation data over the epochs.

    Raises:
        DataError: it is no folder of a training of boxes.
    """
    curves = find_curves(read_results(run))
    if "AP50" not in curves:
        raise DataError(f"{run}: no AP50 in results.csv, expected a training of boxes")
    figure, axes = make_axes("epoch", "average precision")
    for name in ("AP50", "AP75", "AP"):
        axes.plot(*zip(*curves[name]), marker=".", label=name)
    axes.set(ylim=(0, 1), title="validation data of BCCD")
    losses = axes.twinx()
    losses.plot(*zip(*curves["loss"]), color="grey", label="loss")
    losses.set(ylabel="loss of training", ylim=(0, None))
    losses.grid(visible=False)
    losses.spines["right"].set_visible(True)
    figure.legend(loc="outside right upper")
    return save(figure, "training")


def measure(data: DataSet, side: int, flip: bool) -> tuple[float, float]:
    """Median milliseconds from an image to its objects, and the average precision."""
    model = load_model(find_weights(DEFAULT_MODEL))
    data = keep_common_classes(data, model.spec.class_names)
    override = InputOverride(height=side, width=side)
    predict = Predictor(
        model, "cpu", "auto", PredictorOptions(flip=flip), input_override=override, max_engines=1
    )
    images = [Image(read_sample_image(sample)) for sample in data.samples]
    predict(images[:1])  # prepares the network
    times, predictions = [], []
    for image in images:
        start = time.perf_counter()
        [found] = predict([image])
        times.append(time.perf_counter() - start)
        predictions.append(relabel_detections(found, model.spec.class_names, data.class_names))
    return 1000 * float(np.median(times)), score_coco(data, predictions)["AP"]


def make_axes(x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """An empty chart."""
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    axes.set(xlabel=x_label, ylabel=y_label)
    return figure, axes


def save(figure: Figure, name: str) -> Path:
    """Write a chart among the documentation's pictures."""
    path = IMAGES / f"{name}.svg"
    figure.savefig(path, metadata={"Date": None})
    return path


CHARTS = {
    "precision": draw_precision,
    "depth": draw_depth,
    "speed": draw_speed,
    "training": draw_training,
}


@report_errors()
def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chart", choices=CHARTS)
    parser.add_argument("data", type=Path, help="recording, folder in COCO's layout, or run")
    arguments = parser.parse_args()
    with rc_context(STYLE):
        print(CHARTS[arguments.chart](arguments.data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
