#!/usr/bin/env python3
"""Error analysis: annotations through encoding and decoding, without any network (Table 7).

python training/analyse_encoding.py coco ANNOTATIONS.json...
python training/analyse_encoding.py kitti LABELS.zip --calibrations FOLDER --index CALIB_INDEX.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.coco_file import read_rows
from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.kitti_format import parse_kitti_calibration
from centernet_ros.models import InputSpec
from training.analyses.coco_encoding import evaluate_encoding
from training.analyses.kitti_encoding import Point, measure_encoding, read_labels

POINTS: Mapping[Point, str] = {
    "box": "centre of the 2D box",
    "amodal": "centre of the 2D box with the offset to the projected 3D centre",
    "projected": "projected 3D centre",
}

RESOLUTIONS = {
    "own": InputSpec(resize="none", dynamic=True),
    "fixed": InputSpec(resize="longest_edge"),
}


def read_annotations(path: Path) -> DataSet:
    """A COCO annotation file, with joints where it has some.

    Raises:
        DataError: it is missing or damaged.
    """
    joints = any("keypoints" in row for row in read_rows(path)["annotations"])
    return read_coco(path, path.parent, joints=joints, only_annotated=True)


def analyse_coco(paths: list[Path]) -> None:
    """Print AP per file, with and without offsets, at both of the authors' resolutions."""
    for path in paths:
        data = read_annotations(path)
        for name, inputs in RESOLUTIONS.items():
            for offset in (True, False):
                ap = evaluate_encoding(data, inputs, offset)
                print(
                    f"{path.name}: {len(data.samples)} images, {name} resolution, "
                    f"{'with' if offset else 'without'} offset: AP {ap:.1f}"
                )


def analyse_kitti(labels: Path, calibrations: Path, index: Path) -> None:
    """Print the errors of all objects for each choice of the object's point."""
    with index.open() as rows:
        files = {row["frame"]: row["calib_unique"] for row in csv.DictReader(rows)}
    cameras = {
        name: parse_kitti_calibration((calibrations / f"{name}.txt").read_text())
        for name in set(files.values())
    }
    projections = {frame: cameras[name] for frame, name in files.items()}
    for point, name in POINTS.items():
        errors = measure_encoding(read_labels(labels), projections, point)
        encoded, lost = errors.pop("encoded"), errors.pop("lost")
        print(f"object point: {name}; {encoded} objects encoded, {lost} lost")
        for quantity, values in errors.items():
            mean, median, most = values.mean(), np.median(values), values.max()
            print(f"  {quantity}: mean {mean:.2e}, median {median:.2e}, largest {most:.2e}")


@report_errors()
def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = parser.add_subparsers(dest="data", required=True)
    coco = data.add_parser("coco", help="COCO annotations of boxes or of keypoints")
    coco.add_argument("annotations", type=Path, nargs="+")
    kitti = data.add_parser("kitti", help="KITTI's label files")
    kitti.add_argument("labels", type=Path, help="zip archive of label files")
    kitti.add_argument("--calibrations", type=Path, required=True, help="folder of NAME.txt")
    kitti.add_argument(
        "--index", type=Path, required=True, help="CSV of frame and calib_unique, its NAME"
    )
    arguments = parser.parse_args()
    if arguments.data == "coco":
        analyse_coco(arguments.annotations)
    else:
        analyse_kitti(arguments.labels, arguments.calibrations, arguments.index)
    return 0


if __name__ == "__main__":
    sys.exit(main())
