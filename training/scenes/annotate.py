"""Exact labels of a rendered view."""

from __future__ import annotations

import numpy as np

from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.geometry.projection import project
from training.scenes.camera import Camera
from training.scenes.rasterizer import NEAR
from training.scenes.view import Placed, View

# Objects with fewer pixels, a smaller visible share, further away or more cut off have no label of
# their own; they are "DontCare".
MIN_PIXELS = 30
MIN_VISIBLE = 0.12
MAX_DEPTH = 80.0
MAX_TRUNCATION = 0.9
# Visible shares above these are occlusion 0 and 1, below it is 2.
OCCLUSION_SHARES = (0.85, 0.5)


def format_labels(view: View, camera: Camera, supersampling: int = 1) -> str:
    """A label file of KITTI's; nearest objects first.

    Args:
        view: rendered with so many times more pixels along each side.
        camera: of the image itself.
        supersampling: the factor.
    """
    lines = []
    for index in np.argsort([one.location[2] for one in view.placed]):
        line = _format_label(view, int(index), camera, supersampling)
        if line:
            lines.append(line)
    # DontCare comes last, as in KITTI's files.
    return "".join(sorted(lines, key=lambda line: line.startswith("DontCare")))


def _format_label(view: View, index: int, camera: Camera, supersampling: int) -> str:
    one, covered = view.placed[index], int(view.raster.covered[index + 1])
    visible = int(view.visible[index])
    if not visible:
        return ""
    box = find_box(view.raster.extents[index + 1], camera.size, supersampling)
    corners = " ".join(f"{value:.2f}" for value in box)
    truncation = find_truncation(one, camera)
    share = visible / covered
    x, y, z = one.location
    if (
        visible < MIN_PIXELS * supersampling**2
        or share < MIN_VISIBLE
        or z > MAX_DEPTH
        or truncation > MAX_TRUNCATION
        or z < 1
    ):
        return f"DontCare -1 -1 -10 {corners} -1 -1 -1 -1000 -1000 -1000 -10\n"
    occlusion = sum(share < limit for limit in OCCLUSION_SHARES)
    alpha = float(wrap_angle(one.rotation_y - np.arctan2(x, z)))
    height, width, length = one.dimensions
    return (
        f"{one.kind} {truncation:.2f} {occlusion} {alpha:.2f} {corners} "
        f"{height:.2f} {width:.2f} {length:.2f} {x:.2f} {y:.2f} {z:.2f} {one.rotation_y:.2f}\n"
    )


def find_box(extent: np.ndarray, size: tuple[int, int], supersampling: int) -> np.ndarray:
    """(4,) x1 y1 x2 y2 of the outer edges of pixels, in pixels of the image and inside it.

    Args:
        extent: (4,) first and last column and row of the supersampled image.
        size: height and width of the image.
        supersampling: the factor.
    """
    edges = (extent + (-0.5, -0.5, 0.5, 0.5) + 0.5) / supersampling - 0.5
    height, width = size
    return edges.clip(0, (width - 1, height - 1) * 2)


def find_truncation(placed: Placed, camera: Camera) -> float:
    """The share of an object's surface that is outside the image, 0..1."""
    corners = placed.mesh.corners
    middles = corners.mean(1)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(across, axis=-1)
    pixels = project(np.maximum(middles, (-np.inf, -np.inf, NEAR)), camera.projection)
    height, width = camera.size
    inside = (pixels >= 0) & (pixels <= (width - 1, height - 1))
    seen = inside.all(-1) & (middles[:, 2] > NEAR)
    return float(1 - (areas * seen).sum() / areas.sum())
