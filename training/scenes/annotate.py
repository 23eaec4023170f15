"""Writes the exact labels of a rendered view."""

from __future__ import annotations

import numpy as np

from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.geometry.projection import project
from training.scenes.rasterizer import NEAR
from training.scenes.scene_camera import SceneCamera
from training.scenes.view import Instance, View

# An object gets the label "DontCare" if it has fewer visible pixels, has a smaller visible share,
# is further away (metres) or is truncated more than these limits say.
MIN_PIXELS = 30
MIN_VISIBLE = 0.12
MAX_DEPTH = 80.0
MAX_TRUNCATION = 0.9
# KITTI's occlusion is 0 above the first visible share, 1 above the second, and 2 below it.
OCCLUSION_SHARES = (0.85, 0.5)


def format_labels(view: View, camera: SceneCamera, supersampling: int = 1) -> str:
    """Return the text of a label file in KITTI's format, with the nearest objects first.

    Args:
        as of `list_labels`.
    """
    return "".join(line for _, line in list_labels(view, camera, supersampling))


def format_tracks(view: View, camera: SceneCamera, frame: int, supersampling: int = 1) -> str:
    """Return the lines of a frame in the label file of a drive, as KITTI's tracking data has it.

    Args:
        view, camera, supersampling: as of `list_labels`.
        frame: number of the frame.
    """
    numbered = list_labels(view, camera, supersampling)
    return "".join(
        f"{frame} {-1 if line.startswith('DontCare') else number} {line}"
        for number, line in numbered
    )


def list_labels(view: View, camera: SceneCamera, supersampling: int = 1) -> list[tuple[int, str]]:
    """Return the actor's number and the line of each object, with the nearest objects first.

    Args:
        view: the rendered view, `supersampling` times larger than the image along each side.
        camera: the camera of the image itself.
        supersampling: how many times larger the view is than the image.
    """
    lines = []
    for index in np.argsort([instance.location[2] for instance in view.instances]):
        line = _format_label(view, int(index), camera, supersampling)
        if line:
            lines.append((view.instances[index].number, line))
    # DontCare comes last, as in KITTI's files.
    return sorted(lines, key=lambda numbered: numbered[1].startswith("DontCare"))


def _format_label(view: View, index: int, camera: SceneCamera, supersampling: int) -> str:
    instance, covered = view.instances[index], int(view.raster.covered[index + 1])
    visible = int(view.visible[index])
    if not visible:
        return ""
    box = find_box(view.raster.extents[index + 1], camera.size, supersampling)
    corners = " ".join(f"{value:.2f}" for value in box)
    truncation = find_truncation(instance, camera)
    share = visible / covered
    x, y, z = instance.location
    if (
        visible < MIN_PIXELS * supersampling**2
        or share < MIN_VISIBLE
        or z > MAX_DEPTH
        or truncation > MAX_TRUNCATION
        or z < 1
    ):
        return f"DontCare -1 -1 -10 {corners} -1 -1 -1 -1000 -1000 -1000 -10\n"
    occlusion = sum(share < limit for limit in OCCLUSION_SHARES)
    alpha = float(wrap_angle(instance.rotation_y - np.arctan2(x, z)))
    height, width, length = instance.dimensions
    return (
        f"{instance.kind} {truncation:.2f} {occlusion} {alpha:.2f} {corners} "
        f"{height:.2f} {width:.2f} {length:.2f} {x:.2f} {y:.2f} {z:.2f} "
        f"{instance.rotation_y:.2f}\n"
    )


def find_box(extent: np.ndarray, size: tuple[int, int], supersampling: int) -> np.ndarray:
    """Return the 2D box of an object, clipped to the image.

    Args:
        extent: (4,) first column, first row, last column and last row that the object covers in
            the supersampled view.
        size: height and width of the image in pixels.
        supersampling: how many times larger the view is than the image.

    Returns:
        (4,) x1 y1 x2 y2 of the outer edges of the outermost pixels, in pixels of the image.
    """
    edges = (extent + (-0.5, -0.5, 0.5, 0.5) + 0.5) / supersampling - 0.5
    height, width = size
    return edges.clip(0, (width - 1, height - 1) * 2)


def find_truncation(instance: Instance, camera: SceneCamera) -> float:
    """Return the share of an object's surface that lies outside the image, 0..1."""
    corners = instance.mesh.corners
    middles = corners.mean(1)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(across, axis=-1)
    pixels = project(np.maximum(middles, (-np.inf, -np.inf, NEAR)), camera.projection)
    height, width = camera.size
    inside = (pixels >= 0) & (pixels <= (width - 1, height - 1))
    seen = inside.all(-1) & (middles[:, 2] > NEAR)
    return float(1 - (areas * seen).sum() / areas.sum())
