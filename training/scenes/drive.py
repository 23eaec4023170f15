"""A drive along a road: the same world from one frame to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from training.scenes.camera import Camera
from training.scenes.frame import take_frame
from training.scenes.scene import Pose
from training.scenes.weather import to_vector
from training.scenes.world import REACH, CameraRig, World, draw_world

RATE = 10.0
DEFAULT_SPEED = 9.0


def make_drive(
    rig: CameraRig, seed: int, frames: int, supersampling: int = 2
) -> Iterator[tuple[np.ndarray, str, Camera]]:
    """Frames of a drive at 10 Hz, each as from `make_frame`."""
    reach = REACH + frames / RATE * 1.5 * DEFAULT_SPEED
    world = draw_world(rig, seed, np.random.default_rng((seed, frames)), reach)
    speed = find_speed(world)
    for number in range(frames):
        time = number / RATE
        # The same exposure and noise in every frame.
        rng = np.random.default_rng((seed, frames, 1))
        yield take_frame(move_eye(world, speed * time), rng, supersampling, time)


def find_speed(world: World) -> float:
    """That of the traffic in one's own direction."""
    speeds = [actor.speed for actor in world.scene.actors if actor.speed > 5 and actor.offset > 0]
    return min(speeds, default=DEFAULT_SPEED)


def move_eye(world: World, along: float) -> World:
    """The world seen from further along the road, where nothing else has moved."""
    scene = world.scene
    x, z, heading = scene.road.find_place(along, scene.eye.x)
    eye = Pose(x, z, scene.eye.heading + heading)
    scene = replace(scene, eye=eye)
    sun_x, sun_y, sun_z = world.weather.sun_direction
    cos, sin = np.cos(heading), np.sin(heading)
    sun = np.array((cos * sun_x - sin * sun_z, sun_y, sin * sun_x + cos * sun_z))
    return replace(
        world,
        scene=scene,
        weather=world.weather._replace(sun_direction=to_vector(sun)),
        ground=world.ground._replace(pose=to_vector(scene.find_road_pose())),
    )
