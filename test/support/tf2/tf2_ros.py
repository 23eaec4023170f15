"""Stands in for tf2_ros where there is no distribution: one transform, from the environment."""

import json
import os

from geometry_msgs.msg import TransformStamped

# Parent frame, child frame, x y z, and a quaternion x y z w.
VARIABLE = "STAND_IN_TRANSFORM"


class TransformException(Exception):  # noqa: N818 (the name in tf2)
    """As in tf2."""


class Buffer:
    """Knows the one transform."""

    def lookup_transform(self, target, source, time, timeout):
        parent, child, shift, turn = json.loads(os.environ[VARIABLE])
        if (target, source) != (parent, child):
            raise TransformException(f"no transform from {source!r} to {target!r}")
        transform = TransformStamped(child_frame_id=child)
        transform.header.frame_id = parent
        translation, rotation = transform.transform.translation, transform.transform.rotation
        translation.x, translation.y, translation.z = shift
        rotation.x, rotation.y, rotation.z, rotation.w = turn
        return transform

    def clear(self):
        """Nothing is kept."""


class TransformListener:
    """Listens to nothing."""

    def __init__(self, buffer, node):
        self.buffer = buffer

    def unregister(self):
        """Nothing to end."""
