"""Where an object of another image may stand in an image.

It keeps the angle at which it is seen, so its image stays right but for its scale, and comes to
stand in front of an object that is seen in full: the ray to that one is known to be free.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from centernet_ros.datasets.sample import Sample
from centernet_ros.geometry.boxes import intersect_boxes
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project, unproject

# Metres.
NEAREST = 5.0
MAX_ENLARGEMENT = 1.5
# The smaller side of what is pasted, in pixels.
MIN_PASTED = 12


class Placement(NamedTuple):
    """Where an object goes.

    Attributes:
        location: (3,) x y z of the middle of its bottom in metres.
        box: (4,) int x1 y1 x2 y2 in pixels.
    """

    location: np.ndarray
    box: np.ndarray


def draw_placement(
    paste_source: Sample,
    row: int,
    sample: Sample,
    anchor: int,
    size: tuple[int, int],
    rng: np.random.Generator,
) -> Placement | None:
    """A place between the camera and an anchor, on the anchor's ground.

    Args:
        paste_source, row: the object to be pasted.
        sample, anchor: the object in front of which it shall stand.
        size: height and width of the sample's image.
        rng: source of randomness.

    Returns:
        None if the object would be too near, too large, too small or partly outside there.
    """
    target, source = sample.require_3d(), paste_source.require_3d()
    ratio = target.projection[0, 0] / source.projection[0, 0]
    nearest = max(NEAREST, source.depths[row] * ratio / MAX_ENLARGEMENT)
    farthest = target.depths[anchor] - find_reach(target.dimensions[anchor])
    farthest -= find_reach(source.dimensions[row])
    if nearest >= farthest:
        return None
    depth = np.exp(rng.uniform(np.log(nearest), np.log(farthest)))
    column = rng.uniform(*sample.boxes[anchor, [0, 2]])
    x, _, z = unproject(np.array([column, 0.0]), depth, target.projection)
    location = np.array([x, target.locations[anchor, 1], z])
    old = find_extent(paste_source, row, source.locations[row], source.projection)
    new = find_extent(paste_source, row, location, target.projection)
    # The label's box lies in the projected 3D box as it did before.
    scale = (new[2:] - new[:2]) / (old[2:] - old[:2])
    box = (
        np.tile(new[:2], 2) + (paste_source.boxes[row] - np.tile(old[:2], 2)) * np.tile(scale, 2)
    ).round()
    inside = (box[:2] >= 0).all() and (box[2:] < (size[1], size[0])).all()
    if not inside or (box[2:] - box[:2]).min() < MIN_PASTED:
        return None
    return Placement(location, box.astype(int))


def find_extent(
    sample: Sample, row: int, location: np.ndarray, projection: np.ndarray
) -> np.ndarray:
    """(4,) x1 y1 x2 y2 about the corners of a 3D box that is moved, its observation angle kept."""
    annotations_3d = sample.require_3d()
    rotation_y = annotations_3d.alphas[row] + np.arctan2(location[0], location[2])
    corners = compute_corners(annotations_3d.dimensions[row], location, rotation_y)
    points = project(corners, projection)
    return np.concatenate((points.min(0), points.max(0)))


def stands_in_front(placement: Placement, paste_source: Sample, row: int, sample: Sample) -> bool:
    """Whether an object is nearer than all that its box touches; "DontCare" is far away."""
    others = sample.require_3d()
    touched = (intersect_boxes(sample.boxes, placement.box) > 0) & (others.depths > 0)
    gaps = others.depths - find_reach(others.dimensions) - placement.location[2]
    reach = find_reach(paste_source.require_3d().dimensions[row])
    return bool((gaps[touched] >= reach).all())


def find_reach(dimensions: np.ndarray) -> np.ndarray:
    """(...) half the diagonal of (..., 3) height, width and length, on the ground."""
    return np.hypot(dimensions[..., 1], dimensions[..., 2]) / 2
