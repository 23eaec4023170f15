"""What stands where in a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from training.scenes.mesh import Mesh
from training.scenes.road import Road


@dataclass(frozen=True)
class Actor:
    """Something that stands on the ground or drives along the road.

    Attributes:
        kind: KITTI's name of its class, empty for what has no label.
        mesh: in its own frame, standing on y = 0 about the origin.
        along, offset: its place on the road in metres, see `Road`.
        turn: its heading in radians, to the right of the road's direction.
        speed: at which it follows the road's direction, in metres per second.
    """

    kind: str
    mesh: Mesh
    along: float
    offset: float
    turn: float = 0.0
    speed: float = 0.0


class Pose(NamedTuple):
    """A place on the ground: x to the right, z forward, and the heading to the right of z."""

    x: float
    z: float
    heading: float


@dataclass(frozen=True)
class Scene:
    """A road with everything on and beside it.

    Attributes:
        road: which the places of all others refer to.
        actors: on and beside it.
        eye: where the camera is, in the road's frame.
    """

    road: Road
    actors: tuple[Actor, ...]
    eye: Pose

    def find_road_pose(self) -> np.ndarray:
        """(3,) x, z and heading of the road's frame as the camera sees it."""
        return np.array(see_pose(Pose(0.0, 0.0, 0.0), self.eye))

    def find_pose(self, actor: Actor, time: float = 0.0) -> Pose:
        """Where the camera sees an actor after some seconds."""
        along = actor.along + actor.speed * time
        x, z, heading = self.road.find_place(along, actor.offset)
        return see_pose(Pose(x, z, heading + actor.turn), self.eye)


def see_pose(pose: Pose, eye: Pose) -> Pose:
    """A pose in the frame of somebody with another pose."""
    cos, sin = np.cos(eye.heading), np.sin(eye.heading)
    x, z = pose.x - eye.x, pose.z - eye.z
    return Pose(cos * x - sin * z, sin * x + cos * z, pose.heading - eye.heading)


def heading_to_rotation_y(heading: float) -> float:
    """KITTI's rotation, from the x axis to the right, in -pi..pi."""
    return float(np.arctan2(-np.cos(heading), np.sin(heading)))
