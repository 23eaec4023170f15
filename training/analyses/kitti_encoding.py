"""How well KITTI's 3D labels survive encoding and decoding."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from tqdm import tqdm

from centernet_ros.datasets.kitti import find_ignored
from centernet_ros.geometry.affine import apply_affine
from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.geometry.boxes3d import compute_middles
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.geometry.projection import project
from centernet_ros.inference.decoding.ddd import decode_ddd
from centernet_ros.inference.decoding.decoded import decoded_to_arrays, scale_pixels
from centernet_ros.inference.decoding.to_image import boxes3d_to_image
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.io.kitti_format import KittiLabels, parse_kitti_labels
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.models import CenterNet, InputSpec
from training.analyses.oracle import targets_to_maps
from training.targets import encode_ddd
from training.targets.boxes import boxes_to_map

STRIDE = CenterNet.stride
INPUT = InputSpec((384, 1280), "width")
# Height and width of the images by fx of their camera: label files do not tell.
IMAGE_SIZES = {721.5: (375, 1242), 707.0: (370, 1224), 718.3: (374, 1238), 718.9: (376, 1241)}
HEADS = {
    **{name: (name, "ind", "reg_mask") for name in ("dep", "dim")},
    **{name: (name, "ind", "rot_mask") for name in ("rot", "wh", "reg")},
}
AMODAL = {"amodal_offset": ("amodal_offset", "ind", "rot_mask")}
Point = Literal["box", "amodal", "projected"]


def read_labels(path: Path) -> Iterator[tuple[str, KittiLabels]]:
    """Frame and objects of every label file in a zip archive."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".txt"):
                yield Path(name).stem, parse_kitti_labels(archive.read(name).decode())


def measure_encoding(
    frames: Iterator[tuple[str, KittiLabels]],
    projections: Mapping[str, np.ndarray],
    point: Point = "box",
) -> dict[str, np.ndarray]:
    """Errors of every Pedestrian, Car and Cyclist after encoding and decoding.

    Args:
        frames: from `read_labels`.
        projections: frame -> (3, 4) P2.
        point: where an object is: at the centre of its 2D "box" as in the paper, there with an
            "amodal" offset, or at its "projected" 3D centre; then objects centred outside the
            image and the truncation of 2D boxes are left out.

    Returns:
        per object: "x", "y", "z", "dimension" (largest of three) in metres, "alpha" and
        "rotation_y" in radians, all absolute; and how many were "encoded" and "lost", those whose
        pixel a later object took.
    """
    names = ("x", "y", "z", "dimension", "alpha", "rotation_y")
    errors: dict[str, list[np.ndarray]] = {name: [] for name in names}
    encoded = lost = 0
    for frame, labels in tqdm(frames, total=len(projections), disable=None):
        projection = projections[frame]
        size = IMAGE_SIZES[round(float(projection[0, 0]), 1)]
        geometry = compute_geometry(size, INPUT)
        pairs, count = _round_trip(labels, projection, geometry, point)
        encoded += count
        lost += count - len(pairs["x"])
        for name in names:
            errors[name].append(pairs[name])
    merged = {name: np.concatenate(values) for name, values in errors.items()}
    return merged | {"encoded": np.array(encoded), "lost": np.array(lost)}


def _place_boxes(
    labels: KittiLabels, centres: np.ndarray, geometry: InputGeometry, point: Point
) -> np.ndarray:
    """(N, 4) boxes on the output map, empty where an object is not to be encoded."""
    image_to_map = geometry.image_to_input / STRIDE
    size = geometry.size[0] // STRIDE, geometry.size[1] // STRIDE
    if point != "projected":
        return boxes_to_map(labels.boxes, image_to_map, size)
    half = (labels.boxes[:, 2:] - labels.boxes[:, :2]) * image_to_map[0, 0] / 2
    inside = (centres >= 0).all(1) & (centres < (size[1], size[0])).all(1)
    half[~inside | (labels.locations[:, 2] <= 0)] = 0
    return np.concatenate((centres - half, centres + half), 1).astype(np.float32)


def _round_trip(
    labels: KittiLabels, projection: np.ndarray, geometry: InputGeometry, point: Point
) -> tuple[dict[str, np.ndarray], int]:
    """Errors of the objects that decoding finds, and how many were encoded."""
    size = geometry.size[0] // STRIDE, geometry.size[1] // STRIDE
    columns = size[1]
    middles = compute_middles(labels.dimensions, labels.locations)
    centres = apply_affine(geometry.image_to_input / STRIDE, project(middles, projection))
    boxes = _place_boxes(labels, centres, geometry, point)
    classes = [KITTI_CLASSES.index(n) if n in KITTI_CLASSES else -1 for n in labels.names]
    targets = encode_ddd(
        boxes,
        np.array(classes),
        find_ignored(labels.names.tolist(), KITTI_CLASSES),
        labels.alphas,
        labels.locations[:, 2],
        labels.dimensions,
        size,
        centres=centres,
    )
    targets["rot"] = encode_orientations(targets["rotbin"], targets["rotres"])
    heads = HEADS | AMODAL if point == "amodal" else HEADS
    decoded = decode_ddd(targets_to_maps(targets, heads))
    arrays = decoded_to_arrays(scale_pixels(decoded, STRIDE))
    (found,) = boxes3d_to_image(arrays, [geometry], [projection])
    # Of objects with the same pixel, the maps hold the last.
    owners = {int(targets["ind"][slot]): slot for slot in np.flatnonzero(targets["rot_mask"])}
    xs, ys = decoded.centres[0].long().unbind(-1)
    pairs = [
        (row, owners[pixel])
        for row, pixel in enumerate((ys * columns + xs).tolist())
        if found.scores[row] == 1 and classes[owners[pixel]] == found.labels[row]
    ]
    rows, true = np.array(pairs, dtype=int).reshape(-1, 2).T
    found = found[rows]
    x, y, z = np.abs(found.locations - labels.locations[true]).T
    return {
        "x": x,
        "y": y,
        "z": z,
        "dimension": np.abs(found.dimensions - labels.dimensions[true]).max(1, initial=0),
        "alpha": np.abs(wrap_angle(found.alphas - labels.alphas[true])),
        "rotation_y": np.abs(wrap_angle(found.rotations_y - labels.rotations_y[true])),
    }, int(targets["rot_mask"].sum())


def encode_orientations(bins: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """The orientation head's perfect output.

    Args:
        bins: (K, 2) which of the two bins an angle falls into.
        residuals: (K, 2) radians from their centres.

    Returns:
        (K, 8) float32: for each bin two logits, sine and cosine.
    """
    bins = bins.astype(np.float32)
    parts = (1 - bins, bins, np.sin(residuals), np.cos(residuals))
    return np.stack(parts, -1).reshape(-1, 8).astype(np.float32)
