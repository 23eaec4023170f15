"""Published 3D boxes against labels."""

from __future__ import annotations

import numpy as np

from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.labels import KITTI_CLASSES


class Comparison:
    """Largest errors of published boxes against labels."""

    def __init__(self):
        self.centre = self.angle = self.size = 0.0
        self.count = self.farthest = 0

    def add(self, message, labels):
        assert len(message.detections) == len(labels.names)
        middles = labels.locations - labels.dimensions[:, :1] / 2 * [0, 1, 0]
        boxes = [detection.bbox for detection in message.detections]
        positions = [box.center.position for box in boxes]
        predictions = np.array([(p.x, p.y, p.z) for p in positions]).reshape(-1, 3)
        nearest = [np.linalg.norm(middles - position, axis=1).argmin() for position in predictions]
        assert len(set(nearest)) == len(nearest)
        for detection, box, position, i in zip(message.detections, boxes, predictions, nearest):
            self.count += 1
            self.farthest = max(self.farthest, labels.locations[i, 2])
            self.centre = max(self.centre, np.linalg.norm(middles[i] - position))
            # Body axes: x forward, y left, z up; x and z of the frame are to the right and ahead.
            q = box.center.orientation
            forward = rotate((q.w, q.x, q.y, q.z), (1, 0, 0))
            up = rotate((q.w, q.x, q.y, q.z), (0, 0, 1))
            heading = np.arctan2(-forward[2], forward[0])
            self.angle = max(
                self.angle, abs(wrap_angle(heading - labels.rotations_y[i])), abs(1 + up[1])
            )
            height, width, length = labels.dimensions[i]
            size = np.array((box.size.x, box.size.y, box.size.z)) - (length, width, height)
            self.size = max(self.size, np.abs(size).max())
            label = int(detection.results[0].hypothesis.class_id)
            assert KITTI_CLASSES[label] == labels.names[i]

    def check(self, name):
        print(
            f"{name}: {self.count} boxes up to {self.farthest:.1f} m: centre {self.centre:.1e} m, "
            f"orientation {self.angle:.1e} rad, size {self.size:.1e} m"
        )
        assert self.centre < 0.05
        assert self.angle < 1e-3
        assert self.size < 1e-6


def rotate(quaternion, vector):
    """A vector turned by w x y z."""
    w, *v = quaternion
    v, vector = np.array(v), np.array(vector)
    return vector + 2 * np.cross(v, np.cross(v, vector) + w * vector)
