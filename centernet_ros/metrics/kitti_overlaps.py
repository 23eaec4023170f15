"""Overlap of KITTI's boxes in the image, on the ground and in space, many pairs at once."""

from __future__ import annotations

import numpy as np

from centernet_ros.io.kitti_format import KittiLabels


def overlap_on_ground_and_in_space(
    predictions: KittiLabels, gt: KittiLabels
) -> tuple[np.ndarray, np.ndarray]:
    """(N,) intersection over union of N pairs seen from above, and of their volumes."""
    shared = intersect_on_ground(predictions, gt)
    union = sum(obj.dimensions[:, 1:].prod(1) for obj in (predictions, gt)) - shared
    # Locations are the middles of the bottoms, and y points down.
    bottom = np.minimum(predictions.locations[:, 1], gt.locations[:, 1])
    top = np.maximum(*(obj.locations[:, 1] - obj.dimensions[:, 0] for obj in (predictions, gt)))
    volume = shared * (bottom - top).clip(0)
    volumes = sum(obj.dimensions.prod(1) for obj in (predictions, gt)) - volume
    return _divide(shared, union), _divide(volume, volumes)


def intersect_on_ground(predictions: KittiLabels, gt: KittiLabels) -> np.ndarray:
    """(N,) areas in square metres that the outlines of N pairs share, seen from above."""
    shift = (predictions.locations - gt.locations)[:, [0, 2]]
    reach = sum(np.hypot(*obj.dimensions[:, 1:].T) / 2 for obj in (predictions, gt))
    near = np.hypot(*shift.T) < reach
    half_prediction, half_gt = (obj.dimensions[near][:, [2, 1]] / 2 for obj in (predictions, gt))
    corners = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)]) * half_prediction[:, None]
    corners = turn(corners, predictions.rotations_y[near]) + shift[near][:, None]
    areas = np.zeros(len(near))
    areas[near] = clip_area(turn(corners, -gt.rotations_y[near]), half_gt)
    return areas


def turn(points: np.ndarray, rotations_y: np.ndarray) -> np.ndarray:
    """(N, K, 2) points x z turned by (N,) radians about the y axis."""
    cos, sin = np.cos(rotations_y)[:, None], np.sin(rotations_y)[:, None]
    x, z = points[..., 0], points[..., 1]
    return np.stack((cos * x + sin * z, cos * z - sin * x), -1)


def clip_area(polygons: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Areas of convex polygons within rectangles about the origin (Sutherland and Hodgman 1974).

    Args:
        polygons: (N, 4, 2) corners in order.
        half: (N, 2) half the sides of the rectangles.

    Returns:
        (N,).
    """
    points, count = polygons, np.full(len(polygons), polygons.shape[1])
    for axis in (0, 1):
        for sign in (1, -1):
            points, count = _clip_side(
                points, count, half[:, axis, None] - sign * points[..., axis]
            )
    following = _follow(points, count)
    cross = points[..., 0] * following[..., 1] - points[..., 1] * following[..., 0]
    used = np.arange(points.shape[1]) < count[:, None]
    return np.abs(np.where(used, cross, 0).sum(1)) / 2


def _clip_side(
    points: np.ndarray, count: np.ndarray, distance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cut off the corners at negative (N, K) distance from a side; corners and their number."""
    capacity = points.shape[1]
    used = np.arange(capacity) < count[:, None]
    following = _follow(points, count)
    next_distance = _follow(distance[..., None], count)[..., 0]
    crosses = used & ((distance >= 0) != (next_distance >= 0))
    share = _divide(distance, distance - next_distance)[..., None]
    cuts = points + share * (following - points)
    candidates = np.stack((points, cuts), 2).reshape(-1, 2 * capacity, 2)
    kept = np.stack((used & (distance >= 0), crosses), 2).reshape(-1, 2 * capacity)
    count = kept.sum(1)
    order = np.argsort(~kept, 1, kind="stable")[:, : count.max(initial=1)]
    return np.take_along_axis(candidates, order[..., None], 1), count


def _follow(values: np.ndarray, count: np.ndarray) -> np.ndarray:
    """For each of the first `count` corners the value of the next one, round the polygon."""
    place = (np.arange(values.shape[1]) + 1) % np.maximum(count, 1)[:, None]
    return np.take_along_axis(values, place[..., None], 1)


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotients, 0 where both are."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator != 0)
