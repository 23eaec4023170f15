"""Truth beside predictions: val_predictions.jpg."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from centernet_ros.datasets.sample import DataSet, Sample, read_sample_image
from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.io.images import write_image
from centernet_ros.structures import Boxes3D, Detections, Poses
from centernet_ros.visualization.overview import draw_objects

SHEET = "val_predictions.jpg"
IMAGES, WIDTH = 8, 480


def draw_sheet(
    path: Path, data: DataSet, predictions: Sequence[Detections], threshold: float
) -> None:
    """Draw some images over the whole data set: a row each, truth on the left.

    Args:
        path: of the picture.
        data: the truth.
        predictions: of each sample.
        threshold: the least score that is drawn.
    """
    names = dict(enumerate(data.class_names))
    chosen = np.linspace(0, len(data.samples) - 1, min(IMAGES, len(data.samples))).astype(int)
    rows = []
    for i in dict.fromkeys(chosen.tolist()):
        sample = data.samples[i]
        image = read_sample_image(sample)
        camera = sample.annotations_3d.projection if sample.annotations_3d else None
        found = filter_detections(predictions[i], threshold)
        halves = []
        for objects in (make_truth(sample), found):
            canvas = image.copy()
            draw_objects(canvas, objects, names, camera)
            height = round(WIDTH * canvas.shape[0] / canvas.shape[1])
            halves.append(cv2.resize(canvas, (WIDTH, height), interpolation=cv2.INTER_AREA))
        rows.append(np.hstack(halves))
    write_image(path, np.vstack(rows))


def make_truth(sample: Sample) -> Detections:
    """The labelled objects of a sample as if they had been found, with score 1."""
    count = len(sample.boxes)
    boxes, ones = sample.boxes.astype(np.float32), np.ones(count, np.float32)
    found: Detections
    if sample.joints is not None:
        points, visible = sample.joints.points, sample.joints.visible
        found = Poses(
            boxes,
            ones,
            sample.labels,
            points.astype(np.float32),
            visible.astype(np.float32),
            skeleton=sample.joints.skeleton,
        )
    elif sample.kitti is not None:
        kitti = sample.kitti
        found = Boxes3D(
            boxes, ones, sample.labels, kitti.locations, kitti.dimensions, kitti.rotations_y,
            kitti.alphas, np.zeros(count),
        )  # fmt: skip
    else:
        found = Detections(boxes, ones, sample.labels)
    return found[(sample.labels >= 0) & ~sample.ignore]
