"""How well COCO's annotations survive encoding and decoding (paper Table 7)."""

from __future__ import annotations

import numpy as np
from tqdm import tqdm

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.geometry.affine import apply_affine
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.inference.decoding.ctdet import decode_ctdet
from centernet_ros.inference.decoding.decoded import decoded_to_arrays, scale_pixels
from centernet_ros.inference.decoding.multi_pose import decode_multi_pose
from centernet_ros.inference.decoding.to_image import boxes_to_image, poses_to_image
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.io.errors import DataError
from centernet_ros.metrics.coco_samples import score_coco, score_poses
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


def evaluate_encoding(data: DataSet, inputs: InputSpec, offset: bool = True) -> float:
    """AP in percent of the boxes, or of the poses where the samples have joints.

    Args:
        data: from `read_coco`, with the sizes of the images in its file.
        inputs: where images land in the network's input.
        offset: decode with the sub-pixel offsets; without them objects lie at half a pixel.

    Raises:
        DataError: an image's size is not in the file.
    """
    poses = any(sample.joints for sample in data.samples)
    detect = _round_trip_poses if poses else _round_trip_boxes
    predictions = []
    for sample in tqdm(data.samples, disable=None):
        if sample.size is None:
            raise DataError(f"{data.source}: image {sample.key} has no size, expected one")
        geometry = compute_geometry(sample.size, inputs)
        found = detect(sample, len(data.class_names), geometry, offset)
        predictions.append(found[found.scores > 0])
    return 100 * (score_poses if poses else score_coco)(data, predictions)["AP"]


def _round_trip_boxes(
    sample: Sample, classes: int, geometry: InputGeometry, offset: bool
) -> Detections:
    boxes, _, size = _place_boxes(sample, geometry)
    targets = encode_ctdet(boxes, sample.labels, classes, size)
    maps = targets_to_maps(targets, BOX_HEADS)
    if not offset:
        del maps["reg"]
    decoded = decoded_to_arrays(scale_pixels(decode_ctdet(maps), STRIDE))
    return boxes_to_image(decoded, [geometry])[0]


def _round_trip_poses(
    sample: Sample, classes: int, geometry: InputGeometry, offset: bool
) -> Detections:
    boxes, image_to_map, size = _place_boxes(sample, geometry)
    joints = sample.require_joints()
    keypoints = apply_affine(image_to_map, joints.points)
    targets = encode_multi_pose(boxes, keypoints, joints.visible, size)
    maps = targets_to_maps(targets, POSE_HEADS)
    if not offset:
        del maps["reg"], maps["hp_offset"]
    decoded = decoded_to_arrays(scale_pixels(decode_multi_pose(maps), STRIDE))
    return poses_to_image(decoded, [geometry])[0]


def _place_boxes(
    sample: Sample, geometry: InputGeometry
) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """(N, 4) boxes on the output map, the (2, 3) transform there, and its height and width."""
    image_to_map = geometry.image_to_input / STRIDE
    size = geometry.size[0] // STRIDE, geometry.size[1] // STRIDE
    return boxes_to_map(sample.boxes, image_to_map, size), image_to_map, size
