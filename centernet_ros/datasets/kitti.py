"""KITTI's object layout: image_2, label_2 and calib, with a file that lists a split's frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from centernet_ros.datasets.sample import Annotations3D, DataError, DataSet, Sample
from centernet_ros.io.kitti_format import parse_kitti_calibration, parse_kitti_labels
from centernet_ros.labels import KITTI_CLASSES, KITTI_IGNORED


def read_kitti(root: Path, split: Path | None = None, *, existing: bool = False) -> DataSet:
    """Frames with their 2D and 3D boxes; labels are Pedestrian, Car and Cyclist.

    Args:
        root: folder such as training, with image_2, label_2 and calib.
        split: file of one frame a line (Chen's, SubCNN's); if None, all that have labels.
        existing: leave out the frames of the split that are not in the folder.

    Raises:
        DataError: a file is missing or damaged.
    """
    if split is None:
        frames = sorted(path.stem for path in (root / "label_2").glob("*.txt"))
    elif split.is_file():
        frames = split.read_text().split()
    else:
        raise DataError(f"{split}: no such file, expected one frame a line")
    if existing:
        frames = [frame for frame in frames if (root / "label_2" / f"{frame}.txt").is_file()]
    if not frames:
        raise DataError(f"{root}: no frames{f' of {split}' if split else ''} in label_2")
    return DataSet(root, KITTI_CLASSES, tuple(_read_frame(root, frame) for frame in frames))


def _read_frame(root: Path, frame: str) -> Sample:
    label_file, calibration_file = (root / d / f"{frame}.txt" for d in ("label_2", "calib"))
    path = label_file
    try:
        labels = parse_kitti_labels(label_file.read_text())
        path = calibration_file
        projection = parse_kitti_calibration(calibration_file.read_text())
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file, expected KITTI's") from error
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error
    names = labels.names
    ignored = [[c in KITTI_IGNORED.get(name, ()) for c in KITTI_CLASSES] for name in names]
    return Sample(
        root / "image_2" / f"{frame}.png",
        frame,
        labels.boxes,
        np.array([KITTI_CLASSES.index(n) if n in KITTI_CLASSES else -1 for n in names], int),
        np.array([name == "DontCare" for name in names], bool),
        annotations_3d=Annotations3D(
            np.array(ignored, bool).reshape(-1, len(KITTI_CLASSES)),
            labels.alphas,
            labels.locations,
            labels.dimensions,
            projection,
            (labels.occlusions == 0) & (labels.truncations == 0),
        ),
    )
