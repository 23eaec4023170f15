"""From one task's maps to its objects."""

from __future__ import annotations

from torch import Tensor

from centernet_ros.inference.decoding.ctdet import decode_ctdet
from centernet_ros.inference.decoding.ddd import decode_ddd
from centernet_ros.inference.decoding.decoded import Decoded
from centernet_ros.inference.decoding.multi_pose import decode_multi_pose
from centernet_ros.inference.decoding.weighted_pose import decode_weighted_pose
from centernet_ros.models.spec import ModelSpec


def decode(maps: dict[str, Tensor], spec: ModelSpec, max_detections: int) -> Decoded:
    """The objects of one task on the output map.

    Args:
        maps: activated (B, channels, H, W) per head.
        spec: of the task.
        max_detections: objects per image at most.
    """
    if spec.task == "ddd":
        return decode_ddd(maps, max_detections)
    if spec.task == "multi_pose":
        weighted = spec.pose_decoder == "weighted"
        return (decode_weighted_pose if weighted else decode_multi_pose)(maps, max_detections)
    return decode_ctdet(maps, max_detections)
