"""KITTI's label and calibration files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from centernet_ros.structures import Boxes3D


@dataclass(frozen=True)
class KittiLabels:
    """The objects of a label file.

    Attributes:
        names: (N,) str of their classes.
        boxes: (N, 4) x1 y1 x2 y2 in pixels.
        alphas: (N,) observation angles in radians.
        dimensions: (N, 3) height, width and length in metres.
        locations: (N, 3) x y z of the middle of the bottom in metres, camera frame.
        rotations_y: (N,) headings in radians.
        truncations: (N,) share of the object outside the image, 0..1; -1 for "DontCare".
        occlusions: (N,) 0 none, 1 partly, 2 largely, 3 unknown; -1 for "DontCare".
        scores: (N,) of results, NaN in label files.
    """

    names: np.ndarray
    boxes: np.ndarray
    alphas: np.ndarray
    dimensions: np.ndarray
    locations: np.ndarray
    rotations_y: np.ndarray
    truncations: np.ndarray
    occlusions: np.ndarray
    scores: np.ndarray

    def __getitem__(self, keep: np.ndarray) -> KittiLabels:
        """The objects that a mask or an index array picks, in its order."""
        return KittiLabels(*(getattr(self, field.name)[keep] for field in fields(self)))


def parse_kitti_labels(text: str) -> KittiLabels:
    """Read a label file.

    Raises:
        ValueError: a line has not 15 fields, or one that is no number.
    """
    return _parse_lines(text, 15)


def parse_kitti_results(text: str) -> KittiLabels:
    """Read a result file: as a label file, with a score at the end of each line.

    Raises:
        ValueError: a line has not 16 fields, or one that is no number.
    """
    return _parse_lines(text, 16)


def _parse_lines(text: str, fields: int) -> KittiLabels:
    names, rows = [], []
    for number, line in enumerate(text.splitlines(), 1):
        name, *values = line.split() or [""]
        if not name:
            continue
        if len(values) != fields - 1:
            raise ValueError(f"line {number} has {1 + len(values)} fields, expected {fields}")
        try:
            rows.append([float(value) for value in values])
        except ValueError as error:
            raise ValueError(f"line {number}: {error}, expected numbers") from error
        names.append(name)
    columns = np.array(rows, dtype=float).reshape(-1, fields - 1)
    return KittiLabels(
        np.array(names, dtype=str),
        boxes=columns[:, 3:7],
        alphas=columns[:, 2],
        dimensions=columns[:, 7:10],
        locations=columns[:, 10:13],
        rotations_y=columns[:, 13],
        truncations=columns[:, 0],
        occlusions=columns[:, 1],
        scores=columns[:, 14] if fields == 16 else np.full(len(names), np.nan),
    )


def parse_kitti_calibration(text: str) -> np.ndarray:
    """The (3, 4) projection of the left colour camera, P2, of the object benchmark's calibration.

    Raises:
        ValueError: there is none in it.
    """
    return _parse_projection(text, "P2")


def parse_raw_calibration(text: str) -> np.ndarray:
    """The (3, 4) projection of the rectified left colour camera of calib_cam_to_cam.txt.

    Raises:
        ValueError: there is none in it.
    """
    return _parse_projection(text, "P_rect_02")


def _parse_projection(text: str, wanted: str) -> np.ndarray:
    for line in text.splitlines():
        name, _, values = line.partition(":")
        if name == wanted and len(values.split()) == 12:
            projection = np.array(values.split(), dtype=float).reshape(3, 4)
            if not np.isfinite(projection).all() or min(projection[0, 0], projection[1, 1]) <= 0:
                raise ValueError(
                    f"{wanted} {values.strip()}, expected finite numbers and focal lengths"
                )
            return projection
    raise ValueError(f"no line '{wanted}:' of 12 numbers, expected a KITTI calibration")


def format_kitti_labels(labels: KittiLabels) -> str:
    """A label file: one line per object."""
    rows = np.column_stack((labels.boxes, labels.dimensions, labels.locations, labels.rotations_y))
    return "".join(
        f"{name} {truncation:.2f} {occlusion:.0f} {alpha:.2f} "
        f"{' '.join(f'{value:.2f}' for value in row)}\n"
        for name, truncation, occlusion, alpha, row in zip(
            labels.names, labels.truncations, labels.occlusions, labels.alphas, rows
        )
    )


def format_kitti_results(boxes: Boxes3D, class_names: Sequence[str]) -> str:
    """A result file: one line per object with its score, truncation and occlusion unknown."""
    columns = np.column_stack(
        (
            boxes.alphas,
            boxes.boxes,
            boxes.dimensions,
            boxes.locations,
            boxes.rotations_y,
            boxes.scores,
        )
    )
    return "".join(
        f"{class_names[label]} 0.0 0 {' '.join(f'{value:.2f}' for value in row)}\n"
        for label, row in zip(boxes.labels, columns)
    )
