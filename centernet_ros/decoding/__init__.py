"""Maps to objects."""

from centernet_ros.decoding.ctdet import decode_ctdet

__all__ = ["decode_ctdet"]
