"""Random worlds: a scene with its camera, weather and ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.camera import Camera
from training.scenes.ground import Ground, draw_ground
from training.scenes.random_road import draw_road, draw_surroundings
from training.scenes.scene import Pose, Scene
from training.scenes.stock import Stock
from training.scenes.traffic import draw_traffic
from training.scenes.weather import Weather, draw_weather

REACH = 100.0


@dataclass(frozen=True)
class CameraRig:
    """The cameras of a data set.

    Attributes:
        size: height and width of images.
        focal_length: in pixels; None for KITTI's field of view.
        height: mean over the ground in metres.
    """

    size: tuple[int, int] = (375, 1242)
    focal_length: float | None = None
    height: float = 1.65

    def draw_camera(self, rng: np.random.Generator) -> Camera:
        """A camera whose height and tilt vary a little, as on a moving car."""
        rows, columns = self.size
        focal = self.focal_length or columns * 721.5377 / 1242
        # KITTI's principal point.
        centre = (0.4907 * columns, 0.461 * rows)
        slope = (float(rng.normal(0, 0.008)), float(rng.normal(0, 0.012)))
        return Camera(self.size, focal, centre, self.height + float(rng.normal(0, 0.06)), slope)


@dataclass(frozen=True)
class World:
    """All that an image is rendered from."""

    scene: Scene
    camera: Camera
    weather: Weather
    ground: Ground


def draw_world(rig: CameraRig, seed: int, rng: np.random.Generator, reach: float = REACH) -> World:
    """A random road with traffic, seen from one's own lane.

    Args:
        rig: of the camera.
        seed: of the stock that cars and all else are taken from.
        rng: source of randomness.
        reach: metres of road.
    """
    stock = Stock(seed, rng)
    road = draw_road(rng, 0.7 * reach)
    own = (0.0, (float(rng.integers(road.lanes)) + 0.5) * road.lane)
    traffic = draw_traffic(road, own, reach, stock, rng)
    beside = draw_surroundings(road, 1.1 * reach, stock, rng)
    x, z, heading = road.find_place(*own)
    eye = Pose(x + float(rng.normal(0, 0.2)), z, heading + float(rng.normal(0, 0.04)))
    scene = Scene(road, (*traffic, *beside), eye)
    camera = rig.draw_camera(rng)
    return World(scene, camera, draw_weather(rng), draw_ground(road, scene.find_road_pose(), rng))
