"""From one task's maps to the objects in each image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.inference.decoding.ctdet import Boxes, decode_ctdet
from centernet_ros.inference.decoding.ddd import MapBoxes3D, decode_ddd
from centernet_ros.inference.decoding.multi_pose import MapPoses, decode_multi_pose
from centernet_ros.inference.decoding.to_image import (
    boxes3d_to_image,
    boxes_to_image,
    poses_to_image,
)
from centernet_ros.inference.decoding.weighted_pose import decode_weighted_pose
from centernet_ros.models.spec import ModelSpec, Task
from centernet_ros.structures import Detections

Decoded = Boxes | MapPoses | MapBoxes3D
DECODED: dict[Task, type[Decoded]] = {"ctdet": Boxes, "multi_pose": MapPoses, "ddd": MapBoxes3D}


def decode(maps: dict[str, Tensor], spec: ModelSpec, count: int) -> Decoded:
    """The objects of one task on the output map.

    Args:
        maps: activated (B, channels, H, W) per head.
        spec: of the task.
        count: objects per image at most.
    """
    if spec.task == "ddd":
        return decode_ddd(maps, count)
    if spec.task == "multi_pose":
        weighted = spec.pose_decoder == "weighted"
        return (decode_weighted_pose if weighted else decode_multi_pose)(maps, count)
    return decode_ctdet(maps, count)


def place_in_images(
    decoded: Decoded,
    spec: ModelSpec,
    geometries: Sequence[InputGeometry],
    calibrations: Sequence[CameraModel | np.ndarray | None],
    authors_compatible: bool = False,
) -> list[Detections | None]:
    """The objects in each image, boxes in its own pixels; 3D boxes need its calibration.

    Args:
        decoded: of B images, in pixels of the network's input.
        spec: of the task.
        geometries: where each image lies in the input.
        calibrations: of each image's camera, or its (3, 4) projection, metres to image pixels.
        authors_compatible: as in `boxes3d_to_image`, and without scaling depth by focal length.
    """
    if isinstance(decoded, Boxes):
        return boxes_to_image(decoded, 1, geometries)
    if isinstance(decoded, MapPoses):
        return poses_to_image(decoded, 1, geometries)
    rows = [i for i, calibration in enumerate(calibrations) if calibration is not None]
    found: list[Detections | None] = [None] * len(calibrations)
    if rows:
        boxes = boxes3d_to_image(
            MapBoxes3D(*(None if values is None else values[rows] for values in decoded)),
            1,
            [geometries[i] for i in rows],
            [calibrations[i] for i in rows],
            authors_compatible,
            None if authors_compatible else spec.focal_length,
        )
        for i, objects in zip(rows, boxes):
            found[i] = objects
    return found
