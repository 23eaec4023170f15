"""Says where things stand in a scene."""

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
        kind: KITTI's name of its class; empty if it gets no label.
        mesh: its mesh in its own frame, standing on y = 0, centred on the origin.
        along, offset: its place on the road in metres, see `Road`.
        turn: its heading in radians to the right of the road's direction.
        speed: its speed in the road's direction in metres per second.
    """

    kind: str
    mesh: Mesh
    along: float
    offset: float
    turn: float = 0.0
    speed: float = 0.0


class Pose(NamedTuple):
    """A place on the ground: metres x to the right and z forward, radians to the right of z."""

    x: float
    z: float
    heading: float


ORIGIN = Pose(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Scene:
    """A road with everything on it and beside it.

    Attributes:
        road: the road that the places of actors refer to.
        actors: what stands or drives on the road and beside it.
        camera_pose: the pose of the camera in the road's frame.
    """

    road: Road
    actors: tuple[Actor, ...]
    camera_pose: Pose

    def find_road_pose(self) -> np.ndarray:
        """Return (3,) x, z and heading of the road's frame in the camera's frame."""
        return np.array(world_to_camera(ORIGIN, self.camera_pose))

    def find_pose(self, actor: Actor, time: float = 0.0) -> Pose:
        """Return the pose of an actor in the camera's frame after `time` seconds."""
        along = actor.along + actor.speed * time
        x, z, heading = self.road.find_place(along, actor.offset)
        return world_to_camera(Pose(x, z, heading + actor.turn), self.camera_pose)


def world_to_camera(pose: Pose, camera_pose: Pose) -> Pose:
    """Return a pose of the road's frame in the frame of a camera with another pose."""
    cos, sin = np.cos(camera_pose.heading), np.sin(camera_pose.heading)
    x, z = pose.x - camera_pose.x, pose.z - camera_pose.z
    return Pose(cos * x - sin * z, sin * x + cos * z, pose.heading - camera_pose.heading)


def camera_to_world(pose: Pose, camera_pose: Pose) -> Pose:
    """Return a pose of the camera's frame in the road's frame; inverts `world_to_camera`."""
    return world_to_camera(pose, world_to_camera(ORIGIN, camera_pose))


def heading_to_rotation_y(heading: float) -> float:
    """Return KITTI's rotation_y in -pi..pi, which is 0 where a heading points along x."""
    return float(np.arctan2(-np.cos(heading), np.sin(heading)))
