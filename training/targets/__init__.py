"""Annotations to the maps and vectors that the networks learn (paper sections 3 and 4)."""

from training.targets.ctdet import encode_ctdet
from training.targets.ddd import encode_ddd
from training.targets.multi_pose import encode_multi_pose

__all__ = ["encode_ctdet", "encode_ddd", "encode_multi_pose"]
