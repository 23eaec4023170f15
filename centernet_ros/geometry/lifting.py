"""From what a depth image shows of objects to boxes and joints in space."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from centernet_ros.geometry.angles import rotation_y_to_alpha
from centernet_ros.geometry.boxes3d import compute_middles, rotate_y
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.projection import project, unproject
from centernet_ros.structures import Boxes3D, Detections

# Of the distance: what depth cameras are off by, one standard deviation.
DEPTH_DEVIATION = 0.01
# A camera sees one side of an object alone, which may be flat.
MIN_EXTENT = 0.05
# Boxes of a depth image look along the optical axis; of the true heading nothing is known.
AHEAD, ANY_HEADING = -np.pi / 2, np.pi / np.sqrt(3)
# A network's depth is corrected up to this factor; what differs more is something else.
MAX_RATIO = 2.0


def lift_detections(found: Detections, surfaces: np.ndarray, camera: CameraModel) -> Boxes3D:
    """Boxes in space around the side of objects that the camera sees.

    They are as wide and high as the box in the image, as deep as the surface, and look along the
    optical axis. Objects of unknown depth are left out.

    Args:
        found: N objects.
        surfaces: (N, 3) of `depth.measure_boxes`.
        camera: of the image.
    """
    known = np.isfinite(surfaces[:, 1])
    found, surfaces = found[known], surfaces[known]
    near, _, far = surfaces.T
    middles = (near + far) / 2
    x1, y1, x2, y2 = found.boxes.T
    centres_x, centres_y = (x1 + x2) / 2, (y1 + y2) / 2
    edges = [(x1, centres_y), (x2, centres_y), (centres_x, y1), (centres_x, y2)]
    left, right, top, bottom = (lift_points(np.stack(edge, 1), middles, camera) for edge in edges)
    # x from the sides, y from the bottom, on which boxes stand.
    locations = np.stack(((left[:, 0] + right[:, 0]) / 2, bottom[:, 1], middles), 1)
    extents = (bottom[:, 1] - top[:, 1], right[:, 0] - left[:, 0], far - near)
    dimensions = np.stack(extents, 1).clip(MIN_EXTENT)
    headings = np.full(len(found), AHEAD)
    columns = project(compute_middles(dimensions, locations), camera.projection)[:, 0]
    return Boxes3D(
        found.boxes,
        found.scores,
        found.labels,
        ids=found.ids,
        locations=locations,
        dimensions=dimensions,
        rotations_y=headings,
        alphas=rotation_y_to_alpha(headings, columns, camera.projection),
        depth_deviations=np.hypot(DEPTH_DEVIATION * middles, (far - near) / np.sqrt(12)),
        heading_deviations=np.full(len(found), ANY_HEADING),
    )


def correct_depths(boxes: Boxes3D, surfaces: np.ndarray, camera: CameraModel) -> Boxes3D:
    """A network's boxes, moved along their viewing rays to where the depth image shows them.

    Size and heading stay. The surface that is seen belongs to the side of the box that the
    camera looks at. Boxes of unknown depth stay where they are, and so do those that would move
    by more than MAX_RATIO, before which something else stands.

    Args:
        boxes: N boxes.
        surfaces: (N, 3) of `depth.measure_boxes`.
        camera: of the image.
    """
    middles = compute_middles(boxes.dimensions, boxes.locations)
    depths = surfaces[:, 1] + compute_half_depths(boxes)
    with np.errstate(invalid="ignore"):
        ratios = depths / middles[:, 2]
        moves = (ratios < MAX_RATIO) & (ratios > 1 / MAX_RATIO)
    depths = np.where(moves, depths, middles[:, 2])
    pixels = project(middles, camera.projection)
    moved = unproject(pixels, depths + camera.projection[2, 3], camera.projection)
    return replace(
        boxes,
        locations=np.where(moves[:, None], boxes.locations + moved - middles, boxes.locations),
        depth_deviations=np.where(moves, DEPTH_DEVIATION * depths, boxes.depth_deviations),
    )


def compute_half_depths(boxes: Boxes3D) -> np.ndarray:
    """(N,) metres of z from where the viewing ray of each box's middle enters it to the middle."""
    middles = compute_middles(boxes.dimensions, boxes.locations)
    # In the box's own axes: x along its heading, which is 0 there.
    rays = rotate_y(middles[:, None], -boxes.rotations_y)[:, 0]
    height, width, length = boxes.dimensions.T
    halves = np.stack((length, height, width), 1) / 2
    # The share of the way to the middle that lies within the box.
    shares = (halves / np.maximum(np.abs(rays), 1e-9)).min(1)
    return np.minimum(shares, 1) * middles[:, 2]


def lift_points(pixels: np.ndarray, depths: np.ndarray, camera: CameraModel) -> np.ndarray:
    """Pixels of the image as it came, with depth, to points in space.

    Args:
        pixels: (N, 2) x y.
        depths: (N,) z in metres, NaN where unknown.
        camera: of the image.

    Returns:
        (N, 3) x y z in metres, NaN where unknown.
    """
    undistorted = camera.undistort_points(pixels)
    return unproject(undistorted, depths + camera.projection[2, 3], camera.projection)
