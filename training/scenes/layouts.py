"""Draws worlds whose traffic stands where label files in KITTI's format say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from centernet_ros.io.kitti_format import KittiLabels
from training.scenes.ground import draw_ground, find_along
from training.scenes.mesh import fit_mesh
from training.scenes.mesh_library import MeshLibrary
from training.scenes.random_road import draw_road, draw_surroundings
from training.scenes.road import Road
from training.scenes.scene import Pose, Scene, camera_to_world
from training.scenes.scene_camera import SceneCamera
from training.scenes.traffic import Traffic
from training.scenes.weather import draw_weather
from training.scenes.world import REACH, CameraRig, World

# Names in the mesh library by the class in a label file. Objects of other classes are left out.
BUILT = {
    "Car": "car", "Van": "van", "Truck": "truck", "Pedestrian": "pedestrian", "Cyclist": "cyclist"
}  # fmt: skip
# Weights with which a level ground at the usual height counts against the places of the objects.
STEADINESS = np.diag((0.5, 400.0, 400.0))


def draw_layout_world(
    rig: CameraRig, labels: KittiLabels, seed: int, rng: np.random.Generator
) -> World:
    """Draw a random road on which the labelled objects stand, all on one plane.

    Args:
        rig: the cameras of the data set.
        labels: labels of one frame; objects keep their places, headings and sizes.
        seed: seed of the mesh library.
        rng: the source of randomness.
    """
    library = MeshLibrary(seed, rng)
    road = draw_road(rng, 0.7 * REACH)
    ego = (0.0, (float(rng.integers(road.lanes)) + 0.5) * road.lane)
    x, z, heading = road.find_place(*ego)
    camera_pose = Pose(x, z, heading + float(rng.normal(0, 0.04)))
    traffic = Traffic(road, ego, library, rng)
    for i, name in enumerate(labels.names):
        if name in BUILT:
            mesh = fit_mesh(library.take(BUILT[name]), labels.dimensions[i])
            x, z = labels.locations[i, (0, 2)]
            pose = Pose(x, z, labels.rotations_y[i] + np.pi / 2)
            traffic.add(name, mesh, *find_on_road(road, pose, camera_pose))
    beside = filter(traffic.leaves_free, draw_surroundings(road, 1.1 * REACH, library, rng))
    scene = Scene(road, (*traffic.actors, *beside), camera_pose)
    camera = lay_ground(rig.draw_camera(rng), labels)
    return World(scene, camera, draw_weather(rng), draw_ground(road, scene.find_road_pose(), rng))


def find_on_road(road: Road, pose: Pose, camera_pose: Pose) -> tuple[float, float, float]:
    """Return the distance along the road, the offset and the turn of a pose in the camera's frame.

    `Actor` says what they mean.
    """
    x, z, heading = camera_to_world(pose, camera_pose)
    along, offset = find_along(road.signed_curvature, float(x), float(z))
    return along, offset, heading - along * road.signed_curvature


def lay_ground(camera: SceneCamera, labels: KittiLabels) -> SceneCamera:
    """Return the camera over the ground plane that fits best under the labelled objects."""
    named = [name in BUILT for name in labels.names]
    x, y, z = labels.locations[np.array(named, bool)].T
    places = np.column_stack((np.ones(len(x)), x, z))
    usual = np.array((camera.height, 0.0, 0.0))
    rise = np.linalg.solve(places.T @ places + STEADINESS, places.T @ y + STEADINESS @ usual)
    return replace(camera, height=float(rise[0]), slope=(rise[1], rise[2]))
