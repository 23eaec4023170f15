"""From one task's maps to the objects in each picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from centernet_ros.decoding.ctdet import decode_ctdet
from centernet_ros.decoding.ddd import decode_ddd
from centernet_ros.decoding.multi_pose import decode_multi_pose
from centernet_ros.decoding.to_image import boxes3d_to_image, boxes_to_image, poses_to_image
from centernet_ros.decoding.weighted_pose import decode_weighted_pose
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.models.spec import ModelSpec
from centernet_ros.structures import Boxes3D, Detections, Poses


def decode_2d(
    maps: dict[str, Tensor],
    spec: ModelSpec,
    count: int,
    stride: int,
    geometries: Sequence[InputGeometry],
) -> list[Detections] | list[Poses]:
    """The objects or persons in each picture, boxes in its own pixels.

    Args:
        maps: activated (B, channels, H, W) per head.
        spec: of the task "ctdet" or "multi_pose".
        count: objects per picture at most.
        stride: input pixels per output pixel.
        geometries: where each picture lies in the input.
    """
    if spec.task == "multi_pose":
        weighted = spec.pose_rule == "weighted"
        decode = decode_weighted_pose if weighted else decode_multi_pose
        return poses_to_image(decode(maps, count), stride, geometries)
    return boxes_to_image(decode_ctdet(maps, count), stride, geometries)


def decode_3d(
    maps: dict[str, Tensor],
    spec: ModelSpec,
    count: int,
    stride: int,
    geometries: Sequence[InputGeometry],
    calibrations: Sequence[CameraModel | np.ndarray | None],
    authors_compatible: bool = False,
) -> list[Boxes3D | None]:
    """The objects in space in each picture, None in those without a calibration.

    Args:
        maps, count, stride, geometries: as in `decode_2d`.
        spec: of the task "ddd".
        calibrations: each picture's camera, or its (3, 4) projection, metres to picture pixels.
        authors_compatible: as in `boxes3d_to_image`, and without scaling depth by focal length.
    """
    rows = [i for i, calibration in enumerate(calibrations) if calibration is not None]
    found: list[Boxes3D | None] = [None] * len(calibrations)
    if rows:
        boxes = boxes3d_to_image(
            decode_ddd({head: values[rows] for head, values in maps.items()}, count),
            stride,
            [geometries[i] for i in rows],
            [calibrations[i] for i in rows],
            authors_compatible,
            None if authors_compatible else spec.focal_length,
        )
        for i, objects in zip(rows, boxes):
            found[i] = objects
    return found
