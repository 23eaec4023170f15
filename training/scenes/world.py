"""Draws random worlds: a scene with its camera, weather and ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.ground import Ground, draw_ground
from training.scenes.mesh_library import MeshLibrary
from training.scenes.random_road import draw_road, draw_surroundings
from training.scenes.scene import Pose, Scene
from training.scenes.scene_camera import SceneCamera
from training.scenes.traffic import draw_traffic
from training.scenes.weather import Weather, draw_weather

# Metres of road that a single frame shows.
REACH = 100.0


@dataclass(frozen=True)
class CameraRig:
    """The cameras of a data set.

    Attributes:
        size: height and width of images in pixels.
        focal_length: focal length in pixels; None gives KITTI's field of view.
        height: mean height of the camera over the ground in metres.
    """

    size: tuple[int, int] = (375, 1242)
    focal_length: float | None = None
    height: float = 1.65

    def draw_camera(self, rng: np.random.Generator) -> SceneCamera:
        """Draw a camera whose height and tilt vary a little, as on a moving car."""
        rows, columns = self.size
        focal = self.focal_length or columns * 721.5377 / 1242
        # This is the principal point of KITTI's cameras.
        centre = (0.4907 * columns, 0.461 * rows)
        slope = (float(rng.normal(0, 0.008)), float(rng.normal(0, 0.012)))
        return SceneCamera(
            self.size, focal, centre, self.height + float(rng.normal(0, 0.06)), slope
        )


@dataclass(frozen=True)
class World:
    """Everything that an image is rendered from."""

    scene: Scene
    camera: SceneCamera
    weather: Weather
    ground: Ground


def draw_world(rig: CameraRig, seed: int, rng: np.random.Generator, reach: float = REACH) -> World:
    """Draw a random road with traffic, seen from one of its lanes.

    Args:
        rig: the cameras of the data set.
        seed: seed of the mesh library.
        rng: the source of randomness.
        reach: metres of road.
    """
    library = MeshLibrary(seed, rng)
    road = draw_road(rng, 0.7 * reach)
    ego = (0.0, (float(rng.integers(road.lanes)) + 0.5) * road.lane)
    traffic = draw_traffic(road, ego, reach, library, rng)
    beside = draw_surroundings(road, 1.1 * reach, library, rng)
    x, z, heading = road.find_place(*ego)
    camera_pose = Pose(x + float(rng.normal(0, 0.2)), z, heading + float(rng.normal(0, 0.04)))
    scene = Scene(road, (*traffic, *beside), camera_pose)
    camera = rig.draw_camera(rng)
    return World(scene, camera, draw_weather(rng), draw_ground(road, scene.find_road_pose(), rng))
