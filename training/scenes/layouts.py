"""Worlds whose traffic stands as in label files of KITTI's layout."""

from __future__ import annotations

import numpy as np

from centernet_ros.io.kitti_format import KittiLabels
from training.scenes.camera import Camera
from training.scenes.ground import draw_ground, find_along
from training.scenes.mesh import fit_mesh
from training.scenes.random_road import draw_road, draw_surroundings
from training.scenes.road import Road
from training.scenes.scene import Pose, Scene, see_pose
from training.scenes.stock import Stock
from training.scenes.traffic import Traffic
from training.scenes.weather import draw_weather
from training.scenes.world import REACH, CameraRig, World

# What is built for an object of a label file; others are left out.
BUILT = {
    "Car": "car", "Van": "van", "Truck": "truck", "Pedestrian": "pedestrian", "Cyclist": "cyclist"
}  # fmt: skip
# How much a level ground at the usual height counts against the objects' own places.
STEADINESS = np.diag((0.5, 400.0, 400.0))


def draw_layout_world(
    rig: CameraRig, labels: KittiLabels, seed: int, rng: np.random.Generator
) -> World:
    """A random road on which a label file's objects stand, of its sizes and on one plane.

    Args:
        rig: of the camera.
        labels: of one frame.
        seed: of the stock that cars and all else are taken from.
        rng: source of randomness.
    """
    stock = Stock(seed, rng)
    road = draw_road(rng, 0.7 * REACH)
    own = (0.0, (float(rng.integers(road.lanes)) + 0.5) * road.lane)
    x, z, heading = road.find_place(*own)
    eye = Pose(x, z, heading + float(rng.normal(0, 0.04)))
    traffic = Traffic(road, own, stock, rng)
    for i, name in enumerate(labels.names):
        if name in BUILT:
            mesh = fit_mesh(stock.take(BUILT[name]), labels.dimensions[i])
            pose = Pose(*labels.locations[i, (0, 2)], labels.rotations_y[i] + np.pi / 2)
            traffic.add(name, mesh, *find_on_road(road, pose, eye))
    beside = filter(traffic.leaves_free, draw_surroundings(road, 1.1 * REACH, stock, rng))
    scene = Scene(road, (*traffic.actors, *beside), eye)
    camera = lay_ground(rig.draw_camera(rng), labels)
    return World(scene, camera, draw_weather(rng), draw_ground(road, scene.find_road_pose(), rng))


def find_on_road(road: Road, pose: Pose, eye: Pose) -> tuple[float, float, float]:
    """Distance along the road, offset and turn of what an eye sees at a pose."""
    back = see_pose(Pose(0.0, 0.0, 0.0), eye)
    x, z, heading = see_pose(pose, back)
    along, offset = find_along(road.signed_curvature, float(x), float(z))
    return along, offset, heading - along * road.signed_curvature


def lay_ground(camera: Camera, labels: KittiLabels) -> Camera:
    """The camera over the plane that fits best under the labelled objects."""
    named = [name in BUILT for name in labels.names]
    x, y, z = labels.locations[np.array(named, bool)].T
    places = np.column_stack((np.ones(len(x)), x, z))
    usual = np.array((camera.height, 0.0, 0.0))
    rise = np.linalg.solve(places.T @ places + STEADINESS, places.T @ y + STEADINESS @ usual)
    return Camera(
        camera.size, camera.focal_length, camera.centre, float(rise[0]), (rise[1], rise[2])
    )
