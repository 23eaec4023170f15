#!/usr/bin/env python3
"""What one centre per object cannot tell apart, and what anchors miss (paper, appendix C).

python training/analyse_collisions.py instances_train2017.json
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from centernet_ros.datasets.coco import read_coco
from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CenterNet, InputSpec
from training.targets.boxes import boxes_to_map

MAX_OVERLAP = 0.7
# Faster R-CNN's 15 anchors per place: five sizes, three aspects, one place every 16 pixels of a
# image whose shorter side has 800.
ANCHOR_SIZES, ANCHOR_ASPECTS = (32, 64, 128, 256, 512), (0.5, 1.0, 2.0)
ANCHOR_STRIDE, SHORTER_SIDE, ANCHOR_OVERLAP = 16, 800, 0.5


def count_pairs(same: np.ndarray, labels: np.ndarray) -> int:
    """How many pairs of a (N, N) relation have one of the (N,) labels."""
    return int(np.triu(same & (labels[:, None] == labels), 1).sum())


def find_pixels(boxes: np.ndarray, size: tuple[int, int], inputs: InputSpec) -> np.ndarray:
    """(N, 2) pixels of the output map that hold the centres of (N, 4) boxes in an image."""
    geometry = compute_geometry(size, inputs)
    rows, columns = (side // CenterNet.stride for side in geometry.size)
    on_map = boxes_to_map(boxes, geometry.image_to_input / CenterNet.stride, (rows, columns))
    return ((on_map[:, :2] + on_map[:, 2:]) / 2).astype(int)


def find_missed(boxes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(N,) bool, which of (N, 4) boxes overlap no anchor by half."""
    scale = SHORTER_SIDE / min(size)
    scaled = boxes * scale
    best = np.zeros(len(boxes))
    # The best place of an anchor is among those nearest to the box's centre.
    centres = (scaled[:, :2] + scaled[:, 2:]) / 2
    places = np.floor(centres / ANCHOR_STRIDE - 0.5)
    for side, aspect, *step in product(ANCHOR_SIZES, ANCHOR_ASPECTS, (0, 1), (0, 1)):
        half = side / 2 * np.array([aspect**-0.5, aspect**0.5])
        middle = (places + step + 0.5) * ANCHOR_STRIDE
        anchors = np.concatenate((middle - half, middle + half), 1)
        best = np.maximum(best, compute_iou(anchors, scaled))
    return best < ANCHOR_OVERLAP


@report_errors()
def main() -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("annotations", type=Path, help="COCO annotations of boxes")
    parser.add_argument("--resize", default="none", help="how images become inputs")
    arguments = parser.parse_args()
    data = read_coco(arguments.annotations, arguments.annotations.parent)
    inputs = InputSpec(resize=arguments.resize, dynamic=arguments.resize == "none")
    total = centres = overlapping = missed = 0
    for sample in tqdm(data.samples, disable=None):
        if sample.size is None:
            parser.error(f"{data.source}: image {sample.key} has no size, expected one")
        size, boxes, labels = sample.size, sample.boxes, sample.labels
        pixels = find_pixels(boxes, size, inputs)
        total += len(boxes)
        centres += count_pairs((pixels[:, None] == pixels).all(-1), labels)
        overlapping += count_pairs(compute_iou(boxes[:, None], boxes) > MAX_OVERLAP, labels)
        missed += int(find_missed(boxes, size).sum())
    print(f"{total} objects")
    print(f"{centres} pairs of one class with their centres in one output pixel")
    print(f"{overlapping} pairs of one class that overlap by more than {MAX_OVERLAP}")
    print(f"{missed} objects ({100 * missed / max(total, 1):.1f} %) that 15 anchors miss")
    return 0


if __name__ == "__main__":
    sys.exit(main())
