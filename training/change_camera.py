#!/usr/bin/env python3
"""Write KITTI frames as another camera would have taken them: resized, cropped, or both.

A crop may reach beyond the image; its border is repeated there.

python training/change_camera.py --data kitti/training --output other --crop 100 40 1142 340
python training/change_camera.py --data kitti/training --split val.txt --output half --scale 0.5
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from centernet_ros.datasets.kitti import FOLDERS, read_kitti
from centernet_ros.datasets.sample import Sample, read_sample_image
from centernet_ros.geometry.boxes import compute_areas
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import write_image
from centernet_ros.io.kitti_format import KittiLabels, format_kitti_labels


def change_labels(
    labels: KittiLabels, crop: tuple[int, int, int, int], scale: float
) -> KittiLabels:
    """The objects in a part of the image, which is then scaled.

    Args:
        labels: of the whole image.
        crop: left, top, right and bottom of the part in pixels.
        scale: of its sides.

    Returns:
        the objects that the part shows some of, their boxes cut off at its border and their
        truncation grown by that.
    """
    left, top, right, bottom = crop
    boxes = labels.boxes - (left, top, left, top)
    clipped = boxes.clip(0, np.array((right - left, bottom - top) * 2) - 1)
    shown = compute_areas(clipped) / np.maximum(compute_areas(boxes), 1e-9)
    keep: np.ndarray = np.all(clipped[:, 2:] > clipped[:, :2], axis=1)
    truncations = np.where(
        labels.truncations < 0, labels.truncations, 1 - (1 - labels.truncations) * shown
    )
    return replace(labels, boxes=clipped * scale, truncations=truncations)[keep]


def write_sample(
    sample: Sample, crop: tuple[int, int, int, int] | None, scale: float, output: Path
) -> None:
    """Write image, labels and calibration of a frame.

    Raises:
        DataError: the image cannot be read, or the crop is no part of it.
    """
    image = read_sample_image(sample)
    height, width = image.shape[:2]
    left, top, right, bottom = crop or (0, 0, width, height)
    inside = image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    if not inside.size:
        raise DataError(f"{sample.path}: --crop {crop}, expected a part of {width}x{height}")
    part = cv2.copyMakeBorder(
        inside,
        max(-top, 0),
        max(bottom - height, 0),
        max(-left, 0),
        max(right - width, 0),
        cv2.BORDER_REPLICATE,
    )
    resized = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    camera = CameraModel(sample.require_3d().projection).crop(left, top).resize(scale, scale)
    labels = change_labels(sample.require_kitti(), (left, top, right, bottom), scale)
    write_image(output / "image_2" / f"{sample.key}.png", resized)
    (output / "label_2" / f"{sample.key}.txt").write_text(format_kitti_labels(labels))
    values = " ".join(f"{value:.12e}" for value in camera.projection.ravel())
    (output / "calib" / f"{sample.key}.txt").write_text(f"P2: {values}\n")


@report_errors()
def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="image_2, label_2 and calib")
    parser.add_argument("--split", type=Path, help="file of frames; all if absent")
    parser.add_argument("--output", type=Path, required=True, help="folder to create")
    parser.add_argument("--scale", type=float, default=1.0, help="of the sides of the images")
    parser.add_argument(
        "--crop",
        type=int,
        nargs=4,
        metavar=("LEFT", "TOP", "RIGHT", "BOTTOM"),
        help="part of the images in pixels, cut out first",
    )
    arguments = parser.parse_args()
    if not 0.05 <= arguments.scale <= 4:
        parser.error(f"--scale {arguments.scale}, expected 0.05 to 4")
    data = read_kitti(arguments.data, arguments.split)
    for folder in FOLDERS:
        (arguments.output / folder).mkdir(parents=True, exist_ok=True)
    crop = tuple(arguments.crop) if arguments.crop else None
    for sample in tqdm(data.samples, disable=None):
        write_sample(sample, crop, arguments.scale, arguments.output)
    print(f"{len(data.samples)} frames in {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
