"""What a camera sees of a scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.camera import Camera
from training.scenes.ground import Ground
from training.scenes.mesh import Mesh, find_extent, join_meshes, place_mesh
from training.scenes.rasterizer import Raster, rasterize
from training.scenes.scene import Actor, Scene, heading_to_rotation_y
from training.scenes.shading import shade
from training.scenes.shadows import cast_shadows
from training.scenes.weather import Weather

BEHIND, FAR = -15.0, 130.0
BESIDE = 25.0


@dataclass(frozen=True)
class Placed:
    """An actor in the camera's frame.

    Attributes:
        kind: KITTI's name of its class, empty for what has no label.
        dimensions: (3,) height, width and length in metres.
        location: (3,) x y z of the middle of the bottom.
        rotation_y: heading in radians.
        mesh: in the camera's frame.
    """

    kind: str
    dimensions: np.ndarray
    location: np.ndarray
    rotation_y: float
    mesh: Mesh


@dataclass(frozen=True)
class View:
    """A rendered image and what its pixels show.

    Attributes:
        light: (H, W, 3) float32 linear red, green, blue.
        raster: of the same size; object 0 is everything without a label.
        placed: the N objects with labels, which are 1 to N in the raster.
        visible: (N,) pixels that each object has in the image.
    """

    light: np.ndarray
    raster: Raster
    placed: tuple[Placed, ...]
    visible: np.ndarray


def place_actors(scene: Scene, camera: Camera, time: float = 0.0) -> list[Placed]:
    """What may be seen or cast a shadow, in the camera's frame; first what has no label."""
    placed = []
    spread = camera.size[1] / camera.focal_length
    for actor in sorted(scene.actors, key=lambda actor: actor.kind != ""):
        pose = scene.find_pose(actor, time)
        if BEHIND < pose.z < FAR and abs(pose.x) < BESIDE + spread * abs(pose.z):
            rotation_y = heading_to_rotation_y(pose.heading)
            ground = camera.find_ground(np.array(pose.x), np.array(pose.z))
            location = np.array((pose.x, float(ground), pose.z))
            mesh = place_mesh(actor.mesh, location, rotation_y)
            placed.append(Placed(actor.kind, _measure(actor), location, rotation_y, mesh))
    return placed


def _measure(actor: Actor) -> np.ndarray:
    low, high = find_extent(actor.mesh)
    return (high - low)[[1, 2, 0]].astype(np.float64)


def render(
    scene: Scene, camera: Camera, weather: Weather, ground: Ground, time: float = 0.0
) -> View:
    """Look at a scene.

    Args:
        scene: what stands where.
        camera: looks at it from the scene's eye.
        weather: lights it.
        ground: its road's look.
        time: seconds that moving actors have moved on.
    """
    placed = place_actors(scene, camera, time)
    labelled = tuple(one for one in placed if one.kind)
    # A triangle that is never seen keeps the mesh from being empty.
    mesh = join_meshes([_make_nothing(), *(one.mesh for one in placed)])
    counts = [1, *(len(one.mesh.corners) for one in placed)]
    bare = len(placed) - len(labelled)
    numbers = np.concatenate((np.zeros(bare + 1, int), np.arange(1, len(labelled) + 1)))
    owners = np.repeat(numbers, counts).astype(np.int32)
    poses = [np.zeros(4), *(np.append(one.location, one.rotation_y) for one in placed)]
    origins = np.repeat(np.array(poses, np.float32), counts, 0)
    raster = rasterize(mesh.corners, owners, len(labelled) + 1, camera.projection, camera.size)
    shadow = cast_shadows(
        mesh.corners, [find_footprint(one) for one in placed], weather.sun_direction, camera.height
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


def find_footprint(placed: Placed) -> np.ndarray:
    """(4, 2) x and z of the corners of what an object covers."""
    _, width, length = placed.dimensions
    cos, sin = np.cos(placed.rotation_y), np.sin(placed.rotation_y)
    along, across = np.array((cos, -sin)) * length / 2, np.array((sin, cos)) * width / 2
    middle = placed.location[[0, 2]]
    signs = ((1, 1), (1, -1), (-1, -1), (-1, 1))
    return np.array([middle + a * along + b * across for a, b in signs])


def _make_nothing() -> Mesh:
    behind = np.full((1, 3, 3), -1, np.float32)
    return Mesh(behind, behind, np.zeros((1, 6), np.float32))
