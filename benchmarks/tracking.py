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
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from tabulate import tabulate
from tqdm import tqdm

from centernet_ros.datasets.kitti import TRACKS, read_kitti
from centernet_ros.datasets.sample import DataSet, read_image
from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.track_metrics import score_ids
from centernet_ros.models import load_model
from centernet_ros.structures import Detections, Image
from centernet_ros.tracking.tracker import Tracker
from centernet_ros.weights.store import find_weights
from training.scenes.drive import FRAME_RATE

# Of the true boxes that stand for a detector with gaps.
DROPPED = 0.2
THRESHOLD = 0.3


def read_truth(data: DataSet) -> dict[int, Detections]:
    """Frame -> its true objects of KITTI's classes, with their identities."""
    truth = {}
    for sample in data.samples:
        ids = np.array(sample.ids, object)
        objects = Detections(sample.boxes, np.ones(len(ids)), sample.labels, ids=ids)
        truth[int(sample.path.stem)] = objects[sample.labels >= 0]
    return truth


def detect(data: DataSet, model: str) -> dict[int, Detections]:
    """Frame -> what a network finds in it."""
    predictor = Predictor(load_model(find_weights(model)), backend="auto")
    found = {}
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
    tracker = Tracker()
    return score_ids(
        (
            truth[frame],
            replace(found[frame], ids=tracker.update(found[frame], frame / FRAME_RATE)),
        )
        for frame in sorted(truth)[::step]
    )


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
    data = read_kitti(arguments.drive)
    truth = read_truth(data)
    sources = {
        "perfect": truth,
        f"{DROPPED:.0%} dropped": drop(truth),
        arguments.model: detect(data, arguments.model),
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
