"""Renders what a camera sees of a scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.ground import Ground
from training.scenes.mesh import Mesh, find_extent, join_meshes, place_mesh
from training.scenes.rasterizer import Raster, rasterize
from training.scenes.scene import Actor, Scene, heading_to_rotation_y
from training.scenes.scene_camera import SceneCamera
from training.scenes.shading import shade
from training.scenes.shadows import cast_shadows
from training.scenes.weather import Weather

# Actors outside this range of z, or further than this beside the camera's view, are left out.
# Those just outside the view still cast shadows into it. All values are metres.
BEHIND, FAR = -15.0, 130.0
BESIDE = 25.0


@dataclass(frozen=True)
class Instance:
    """An actor in the camera's frame.

    Attributes:
        kind: KITTI's name of its class; empty if it gets no label.
        dimensions: (3,) height, width and length in metres.
        location: (3,) x y z of the middle of its bottom in metres.
        rotation_y: heading in radians, as KITTI defines it.
        mesh: its mesh in the camera's frame.
        number: of the actor in its scene, the same in every frame of a drive.
    """

    kind: str
    dimensions: np.ndarray
    location: np.ndarray
    rotation_y: float
    mesh: Mesh
    number: int


@dataclass(frozen=True)
class View:
    """A rendered image and what its pixels show.

    Attributes:
        light: (H, W, 3) float32 linear red, green and blue.
        raster: what each pixel shows; object 0 is everything without a label.
        instances: the N objects with labels, which are objects 1 to N of the raster.
        visible: (N,) number of pixels that show each of these objects.
    """

    light: np.ndarray
    raster: Raster
    instances: tuple[Instance, ...]
    visible: np.ndarray


def find_instances(scene: Scene, camera: SceneCamera, time: float = 0.0) -> list[Instance]:
    """Return the actors that may be seen or cast a shadow; those without a label come first."""
    instances = []
    spread = camera.size[1] / camera.focal_length
    for number, actor in sorted(enumerate(scene.actors), key=lambda pair: pair[1].kind != ""):
        pose = scene.find_pose(actor, time)
        if BEHIND < pose.z < FAR and abs(pose.x) < BESIDE + spread * abs(pose.z):
            rotation_y = heading_to_rotation_y(pose.heading)
            ground = camera.find_ground(np.array(pose.x), np.array(pose.z))
            location = np.array((pose.x, float(ground), pose.z))
            mesh = place_mesh(actor.mesh, location, rotation_y)
            instances.append(
                Instance(actor.kind, _measure(actor), location, rotation_y, mesh, number)
            )
    return instances


def _measure(actor: Actor) -> np.ndarray:
    low, high = find_extent(actor.mesh)
    return (high - low)[[1, 2, 0]].astype(np.float64)


def render(
    scene: Scene, camera: SceneCamera, weather: Weather, ground: Ground, time: float = 0.0
) -> View:
    """Render a scene.

    Args:
        scene: where things stand.
        camera: the camera, which stands at the scene's `camera_pose`.
        weather: the light and the air.
        ground: the look of the road.
        time: seconds for which moving actors have moved.
    """
    instances = find_instances(scene, camera, time)
    labelled = tuple(instance for instance in instances if instance.kind)
    # The mesh may not be empty, so it begins with a triangle behind the camera.
    mesh = join_meshes([_make_nothing(), *(instance.mesh for instance in instances)])
    counts = [1, *(len(instance.mesh.corners) for instance in instances)]
    bare = len(instances) - len(labelled)
    numbers = np.concatenate((np.zeros(bare + 1, int), np.arange(1, len(labelled) + 1)))
    owners = np.repeat(numbers, counts).astype(np.int32)
    poses = [
        np.zeros(4),
        *(np.append(instance.location, instance.rotation_y) for instance in instances),
    ]
    origins = np.repeat(np.array(poses, np.float32), counts, 0)
    raster = rasterize(mesh.corners, owners, len(labelled) + 1, camera.projection, camera.size)
    shadow = cast_shadows(
        mesh.corners,
        [find_footprint(instance) for instance in instances],
        weather.sun_direction,
        camera.height,
    )
    numbers = (camera.focal_length, *camera.centre, camera.height, *camera.slope)
    light = shade(
        raster.triangles,
        raster.inverse_depths,
        np.array(numbers, np.float64),
        mesh.corners,
        mesh.normals,
        mesh.surfaces,
        origins,
        weather,
        ground,
        shadow,
    )
    shown = owners[raster.triangles[raster.triangles >= 0]]
    visible = np.bincount(shown, minlength=len(labelled) + 1)[1:]
    return View(light, raster, labelled, visible)


def find_footprint(instance: Instance) -> np.ndarray:
    """Return (4, 2) x and z of the corners of the area that an object stands on, in metres."""
    _, width, length = instance.dimensions
    cos, sin = np.cos(instance.rotation_y), np.sin(instance.rotation_y)
    along, across = np.array((cos, -sin)) * length / 2, np.array((sin, cos)) * width / 2
    middle = instance.location[[0, 2]]
    signs = ((1, 1), (1, -1), (-1, -1), (-1, 1))
    return np.array([middle + a * along + b * across for a, b in signs])


def _make_nothing() -> Mesh:
    behind = np.full((1, 3, 3), -1, np.float32)
    return Mesh(behind, behind, np.zeros((1, 6), np.float32))
