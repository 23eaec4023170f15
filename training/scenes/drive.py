"""Renders the frames of a drive through one world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from training.scenes.frame import Frame, render_frame
from training.scenes.scene import Pose
from training.scenes.weather import to_vector
from training.scenes.world import REACH, CameraRig, World, draw_world

# Frames per second, and metres per second where no traffic sets the pace.
FRAME_RATE = 10.0
DEFAULT_SPEED = 9.0


def make_drive(rig: CameraRig, seed: int, frames: int, supersampling: int = 2) -> Iterator[Frame]:
    """Yield the frames of a drive at 10 Hz."""
    reach = REACH + frames / FRAME_RATE * 1.5 * DEFAULT_SPEED
    world = draw_world(rig, seed, np.random.default_rng((seed, frames)), reach)
    speed = find_speed(world)
    for number in range(frames):
        time = number / FRAME_RATE
        # The same generator gives every frame the same exposure and noise.
        rng = np.random.default_rng((seed, frames, 1))
        yield render_frame(move_camera(world, speed * time), rng, supersampling, time, number)


def find_speed(world: World) -> float:
    """Return the speed of the slowest traffic in the camera's direction, in metres per second."""
    speeds = [actor.speed for actor in world.scene.actors if actor.speed > 5 and actor.offset > 0]
    return min(speeds, default=DEFAULT_SPEED)


def move_camera(world: World, along: float) -> World:
    """Return the world as the camera sees it from `along` metres further along the road.

    Nothing but the camera moves.
    """
    scene = world.scene
    x, z, heading = scene.road.find_place(along, scene.camera_pose.x)
    scene = replace(scene, camera_pose=Pose(x, z, scene.camera_pose.heading + heading))
    sun_x, sun_y, sun_z = world.weather.sun_direction
    cos, sin = np.cos(heading), np.sin(heading)
    sun = np.array((cos * sun_x - sin * sun_z, sun_y, sin * sun_x + cos * sun_z))
    return replace(
        world,
        scene=scene,
        weather=world.weather._replace(sun_direction=to_vector(sun)),
        ground=world.ground._replace(pose=to_vector(scene.find_road_pose())),
    )
