"""How well COCO's annotations survive encoding and decoding (paper Table 7)."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from tqdm import tqdm

from centernet_ros.geometry.affine import apply_affine
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.inference.decoding import decode_ctdet, decode_multi_pose
from centernet_ros.inference.decoding.decoded import scale_pixels
from centernet_ros.inference.decoding.to_image import boxes_to_image, poses_to_image
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.models import CenterNet, InputSpec
from centernet_ros.structures import Detections
from training.analyses.oracle import targets_to_maps
from training.targets import encode_ctdet, encode_multi_pose
from training.targets.boxes import boxes_to_map

STRIDE = CenterNet.stride
BOX_HEADS = {"wh": ("wh", "ind", "reg_mask"), "reg": ("reg", "ind", "reg_mask")}
POSE_HEADS = BOX_HEADS | {
    "hps": ("hps", "ind", "reg_mask"),
    "hp_offset": ("hp_offset", "hp_ind", "hp_mask"),
}


def read_coco(path: Path) -> COCO:
    """An annotation file, each image once even if the file repeats it."""
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def evaluate_encoding(coco: COCO, inputs: InputSpec, offset: bool = True) -> float:
    """AP in percent of the boxes, or of the poses where the annotations have joints.

    Args:
        coco: annotations.
        inputs: where images land in the network's input.
        offset: decode with the sub-pixel offsets; without them objects lie at half a pixel.
    """
    category_ids = sorted(coco.getCatIds())
    poses = any("keypoints" in annotation for annotation in coco.dataset["annotations"])
    results: list[dict[str, Any]] = []
    for image_id, image in tqdm(sorted(coco.imgs.items()), disable=None):
        geometry = compute_geometry((image["height"], image["width"]), inputs)
        annotations = coco.loadAnns(coco.getAnnIds(imgIds=[image_id]))
        if not annotations:
            continue
        detect = _round_trip_poses if poses else _round_trip_boxes
        found = detect(annotations, category_ids, geometry, offset)
        found = found[found.scores > 0]
        results += to_coco_results(found, image_id, category_ids)
    return _compute_ap(coco, results, "keypoints" if poses else "bbox")


def _read_boxes(
    annotations: list[dict[str, Any]], geometry: InputGeometry
) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """(N, 4) boxes on the output map, the (2, 3) transform there, and its height and width."""
    boxes = np.array([annotation["bbox"] for annotation in annotations], dtype=float)
    boxes[:, 2:] += boxes[:, :2]
    image_to_map = geometry.image_to_input / STRIDE
    size = geometry.size[0] // STRIDE, geometry.size[1] // STRIDE
    return boxes_to_map(boxes, image_to_map, size), image_to_map, size


def _round_trip_boxes(
    annotations: list[dict[str, Any]],
    category_ids: list[int],
    geometry: InputGeometry,
    offset: bool,
) -> Detections:
    boxes, _, size = _read_boxes(annotations, geometry)
    labels = np.array([category_ids.index(a["category_id"]) for a in annotations])
    targets = encode_ctdet(boxes, labels, len(category_ids), size)
    maps = targets_to_maps(targets, BOX_HEADS)
    if not offset:
        del maps["reg"]
    return boxes_to_image(scale_pixels(decode_ctdet(maps), STRIDE), [geometry])[0]


def _round_trip_poses(
    annotations: list[dict[str, Any]],
    category_ids: list[int],
    geometry: InputGeometry,
    offset: bool,
) -> Detections:
    boxes, image_to_map, size = _read_boxes(annotations, geometry)
    joints = np.array([a["keypoints"] for a in annotations], dtype=float)
    joints = joints.reshape(len(annotations), -1, 3)
    keypoints, visible = apply_affine(image_to_map, joints[..., :2]), joints[..., 2] > 0
    maps = targets_to_maps(encode_multi_pose(boxes, keypoints, visible, size), POSE_HEADS)
    if not offset:
        del maps["reg"], maps["hp_offset"]
    return poses_to_image(scale_pixels(decode_multi_pose(maps), STRIDE), [geometry])[0]


def _compute_ap(coco: COCO, results: list[dict[str, Any]], kind: str) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(coco, coco.loadRes(results), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return 100 * float(evaluation.stats[0])
