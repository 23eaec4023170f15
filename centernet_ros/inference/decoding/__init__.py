"""Maps to objects."""

from centernet_ros.inference.decoding.activation import activate
from centernet_ros.inference.decoding.ctdet import decode_ctdet
from centernet_ros.inference.decoding.ddd import decode_ddd
from centernet_ros.inference.decoding.multi_pose import decode_multi_pose
from centernet_ros.inference.decoding.weighted_pose import decode_weighted_pose

__all__ = ["activate", "decode_ctdet", "decode_ddd", "decode_multi_pose", "decode_weighted_pose"]
