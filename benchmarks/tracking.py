#!/usr/bin/env python3
"""Measures the ids of `tracking: true` on a rendered drive, whose true identities are known.

python training/make_scenes.py --output drive --drive --frames 250 --seed 15
python benchmarks/tracking.py drive
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import motmetrics
import numpy as np
from tabulate import tabulate
from tqdm import tqdm

from centernet_ros.datasets.kitti import TRACKS, read_kitti
from centernet_ros.datasets.sample import read_image
from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.kitti_format import parse_kitti_labels
from centernet_ros.models import load_model
from centernet_ros.structures import Detections, Image
from centernet_ros.tracking.tracker import Tracker
from centernet_ros.weights.store import find_weights
from training.scenes.drive import FRAME_RATE

# An identity belongs to a true object if their boxes overlap so much, as in the MOT challenges.
MIN_IOU = 0.5
METRICS = {"mota": "MOTA", "idf1": "IDF1", "num_switches": "id switches", "num_objects": "objects"}
# Of the true boxes that stand for a detector with gaps.
DROPPED = 0.2
THRESHOLD = 0.3


def read_tracks(path: Path, class_names: tuple[str, ...]) -> dict[int, Detections]:
    """Frame -> its true objects with their identities, from a file of KITTI's tracking data."""
    lines: dict[int, list[tuple[str, str]]] = {}
    for line in path.read_text().splitlines():
        frame, track, rest = line.split(" ", 2)
        lines.setdefault(int(frame), [])
        if track != "-1":
            lines[int(frame)].append((track, rest))
    return {frame: make_truth(found, class_names) for frame, found in lines.items()}


def make_truth(lines: list[tuple[str, str]], class_names: tuple[str, ...]) -> Detections:
    """The objects of one frame, by the nearest first."""
    labels = parse_kitti_labels("\n".join(rest for _, rest in lines))
    keep = np.isin(labels.names, class_names)
    return Detections(
        labels.boxes[keep],
        np.ones(keep.sum()),
        np.array([class_names.index(name) for name in labels.names[keep]], np.int64),
        ids=np.array([track for track, _ in lines])[keep],
    )


def detect(folder: Path, model: str) -> dict[int, Detections]:
    """Frame -> what a network finds in it."""
    predictor = Predictor(load_model(find_weights(model)), backend="auto")
    found = {}
    data = read_kitti(folder / "training")
    for sample in tqdm(data.samples, desc=model, disable=None):
        assert sample.annotations_3d  # a rendered frame has its calibration
        image = Image(read_image(sample.path))
        [boxes] = predictor([image], [sample.annotations_3d.projection])
        found[int(sample.path.stem)] = filter_detections(boxes, THRESHOLD)
    return found


def drop(truth: Mapping[int, Detections]) -> dict[int, Detections]:
    """The same with some objects missing in each frame."""
    rng = np.random.default_rng(0)
    return {
        frame: objects[rng.uniform(size=len(objects)) >= DROPPED]
        for frame, objects in truth.items()
    }


def score(
    truth: Mapping[int, Detections], found: Mapping[int, Detections], step: int
) -> dict[str, float]:
    """The metrics of every so many frames, with ids by a new tracker."""
    tracker, accumulator = Tracker(), motmetrics.MOTAccumulator(auto_id=True)
    for frame, true_objects, objects in iterate(truth, found, step):
        ids = tracker.update(objects, frame / FRAME_RATE)
        known = ids != ""
        overlaps = compute_iou(true_objects.boxes[:, None], objects.boxes[known])
        same = true_objects.labels[:, None] == objects.labels[known]
        distances = np.where((overlaps >= MIN_IOU) & same, 1 - overlaps, np.nan)
        accumulator.update(true_objects.list_ids(), ids[known].tolist(), distances)
    summary = motmetrics.metrics.create().compute(accumulator, metrics=list(METRICS))
    return {title: float(summary[metric].iloc[0]) for metric, title in METRICS.items()}


def iterate(
    truth: Mapping[int, Detections], found: Mapping[int, Detections], step: int
) -> Iterator[tuple[int, Detections, Detections]]:
    """Every so many frames: number, true objects and found ones."""
    return ((frame, truth[frame], found[frame]) for frame in sorted(truth)[::step])


def time_tracker(count: int, frames: int = 200) -> float:
    """Milliseconds per frame of so many objects that drift."""
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 1000, (count, 2))
    speeds = rng.normal(0, 2, (count, 2))
    labels, scores = np.zeros(count, np.int64), np.ones(count)
    tracker = Tracker()
    start = time.perf_counter()
    for frame in range(frames):
        at = corners + frame * speeds
        boxes = np.concatenate((at, at + 40), 1)
        tracker.update(Detections(boxes, scores, labels), frame / FRAME_RATE)
    return (time.perf_counter() - start) / frames * 1e3


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("drive", type=Path, help="folder of make_scenes.py --drive")
    parser.add_argument("--model", default="scenes_mobilenetv3", help="the real detector")
    parser.add_argument("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    tracks = arguments.drive / "training" / TRACKS
    if not tracks.is_file():
        parser.error(f"{tracks}: no such file, expected a folder of make_scenes.py --drive")
    class_names = load_model(find_weights(arguments.model)).spec.class_names
    truth = read_tracks(tracks, class_names)
    sources = {
        "perfect": truth,
        f"{DROPPED:.0%} dropped": drop(truth),
        arguments.model: detect(arguments.drive, arguments.model),
    }
    rows = []
    for (name, found), step in product(sources.items(), (1, 2)):
        rate = {"detections": name, "Hz": FRAME_RATE / step}
        rows.append(rate | score(truth, found, step))
    print(tabulate(rows, headers="keys", floatfmt=".3g"))
    milliseconds = time_tracker(100)
    print(f"\n{milliseconds:.2f} ms per frame for 100 objects")
    if arguments.json:
        figures = {"rows": rows, "milliseconds": milliseconds}
        arguments.json.write_text(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
