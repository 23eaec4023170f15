"""KITTI's label and calibration files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from centernet_ros.structures import Boxes3D


@dataclass(frozen=True)
class KittiLabels:
    """The objects of a label file.

    Attributes:
        names: of their classes.
        boxes: (N, 4) x1 y1 x2 y2 in pixels.
        alphas: (N,) observation angles in radians.
        dimensions: (N, 3) height, width and length in metres.
        locations: (N, 3) x y z of the middle of the bottom in metres, camera frame.
        rotations_y: (N,) headings in radians.
    """

    names: tuple[str, ...]
    boxes: np.ndarray
    alphas: np.ndarray
    dimensions: np.ndarray
    locations: np.ndarray
    rotations_y: np.ndarray


def parse_kitti_labels(text: str) -> KittiLabels:
    """Read a label file.

    Raises:
        ValueError: a line has not 15 fields.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        if len(line) != 15:
            raise ValueError(f"line {number} has {len(line)} fields, expected 15")
    values = np.array([line[3:] for line in lines], dtype=float).reshape(-1, 12)
    return KittiLabels(
        tuple(line[0] for line in lines),
        values[:, 1:5],
        values[:, 0],
        values[:, 5:8],
        values[:, 8:11],
        values[:, 11],
    )


def parse_kitti_calibration(text: str) -> np.ndarray:
    """The (3, 4) projection of the left colour camera, P2, from a calibration file.

    Raises:
        ValueError: there is none in it.
    """
    for line in text.splitlines():
        name, _, values = line.partition(":")
        if name == "P2" and len(values.split()) == 12:
            return np.array(values.split(), dtype=float).reshape(3, 4)
    raise ValueError("no line 'P2:' of 12 numbers, expected a KITTI calibration")


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
