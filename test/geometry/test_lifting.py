"""Boxes in space from depth, against the boxes that the depth was rendered from."""

import numpy as np
import pytest

from centernet_ros.geometry.boxes3d import compute_corners, compute_middles
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.depth import measure_boxes
from centernet_ros.geometry.lifting import (
    AHEAD,
    MIN_EXTENT,
    compute_half_depths,
    correct_depths,
    lift_detections,
    lift_points,
)
from centernet_ros.geometry.projection import project
from centernet_ros.structures import Boxes3D, Detections

SIZE = 480, 640
PROJECTION = np.array([[500.0, 0, 320, -20], [0, 510, 240, 3], [0, 0, 1, 0.004]])
CAMERA = CameraModel(PROJECTION)


def make_boxes(locations, dimensions, rotations_y):
    """Boxes with the 2D boxes around their corners."""
    locations, dimensions = np.array(locations, float), np.array(dimensions, float)
    rotations_y = np.array(rotations_y, float)
    corners = project(compute_corners(dimensions, locations, rotations_y), PROJECTION)
    count = len(locations)
    return Boxes3D(
        np.concatenate((corners.min(1), corners.max(1)), 1),
        np.full(count, 0.5),
        np.arange(count),
        locations,
        dimensions,
        rotations_y,
        np.zeros(count),
        np.full(count, 3.0),
    )


def render(boxes, background=60.0):
    """The depth image of boxes, by where the ray of each pixel enters them."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    pixels = np.stack((columns.ravel(), rows.ravel()), 1)
    at_one = lift_points(pixels, np.ones(len(pixels)), CAMERA)
    at_two = lift_points(pixels, np.full(len(pixels), 2.0), CAMERA)
    rays, origins = at_two - at_one, 2 * at_one - at_two
    depth = np.full(len(pixels), background)
    middles = compute_middles(boxes.dimensions, boxes.locations)
    for i in range(len(boxes)):
        angle = boxes.rotations_y[i]
        turn = np.array(
            [[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]]
        )
        start, along = (origins - middles[i]) @ turn.T, rays @ turn.T
        height, width, length = boxes.dimensions[i]
        halves = np.array((length, height, width)) / 2
        with np.errstate(divide="ignore"):
            first, second = (-halves - start) / along, (halves - start) / along
        enter, leave = np.minimum(first, second).max(1), np.maximum(first, second).min(1)
        hit = (enter <= leave) & (enter > 0) & (enter < depth)
        depth[hit] = enter[hit]
    return depth.reshape(SIZE)


def test_lifted_box_is_around_the_side_that_is_seen():
    """A crate before a wall, seen from ahead."""
    truth = make_boxes([[0.3, 1.2, 4.0]], [[1.0, 0.8, 0.6]], [AHEAD])
    surfaces = measure_boxes(render(truth), truth.boxes, SIZE)
    detections = Detections(truth.boxes, truth.scores, truth.labels, ids=np.array(["7"]))
    lifted = lift_detections(detections, surfaces, CAMERA)
    assert surfaces[0] == pytest.approx([3.7] * 3, abs=0.02)
    assert lifted.locations[0] == pytest.approx([0.3, 1.2, 3.7], abs=0.03)
    assert lifted.dimensions[0, :2] == pytest.approx([1.0, 0.8], abs=0.05)
    assert lifted.dimensions[0, 2] == MIN_EXTENT
    assert lifted.ids.tolist() == ["7"]
    assert lifted.heading_deviations[0] > 1.5
    assert 0 < lifted.depth_deviations[0] < 0.1


def test_lifted_box_of_a_slanted_side_is_as_deep_as_what_is_seen():
    truth = make_boxes([[0.0, 1.6, 10.0]], [[1.6, 1.8, 4.2]], [np.pi / 4])
    surfaces = measure_boxes(render(truth), truth.boxes, SIZE)
    lifted = lift_detections(truth, surfaces, CAMERA)
    assert lifted.dimensions[0, 2] == pytest.approx(2.2, abs=0.5)
    assert lifted.locations[0, 2] == pytest.approx(9.0, abs=0.7)


def test_objects_of_unknown_depth_are_left_out():
    truth = make_boxes([[0, 1, 4.0], [1, 1, 6.0]], [[1.0, 0.8, 0.6]] * 2, [0, 0])
    surfaces = np.array([[np.nan] * 3, [5.0, 5.1, 5.2]])
    lifted = lift_detections(truth, surfaces, CAMERA)
    assert lifted.labels.tolist() == [1]
    assert len(lift_detections(truth[:0], np.zeros((0, 3)), CAMERA)) == 0


def test_distorted_images_are_lifted_by_their_true_rays():
    camera = CameraModel(PROJECTION, np.array([-0.3, 0.1, 0, 0, 0]))
    points = np.array([[-1.2, 0.8, 3.0], [0.4, -0.2, 2.0]])
    tangents = project(points, PROJECTION) - PROJECTION[:2, 2]
    normalized = tangents / (PROJECTION[0, 0], PROJECTION[1, 1])
    squares = (normalized**2).sum(1, keepdims=True)
    distorted = normalized * (1 - 0.3 * squares + 0.1 * squares**2)
    pixels = distorted * (PROJECTION[0, 0], PROJECTION[1, 1]) + PROJECTION[:2, 2]
    assert lift_points(pixels, points[:, 2], camera) == pytest.approx(points, abs=1e-4)


@pytest.mark.parametrize("heading", [0.0, 0.7, AHEAD, 2.5])
@pytest.mark.parametrize("error", [0.8, 1.25])
def test_a_network_s_depth_is_corrected_to_the_box_that_was_rendered(heading, error):
    truth = make_boxes([[0.5, 1.5, 9.0], [-4.0, 1.6, 14.0]], [[1.5, 1.7, 4.0]] * 2, [heading] * 2)
    middles = compute_middles(truth.dimensions, truth.locations)
    guess = make_boxes(
        truth.locations + middles * (error - 1), truth.dimensions, truth.rotations_y
    )
    surfaces = measure_boxes(render(truth), truth.boxes, SIZE)
    corrected = correct_depths(guess, surfaces, CAMERA)
    assert np.abs(guess.locations - truth.locations)[:, 2].min() > 1.5
    assert np.abs(corrected.locations - truth.locations).max() < 0.75
    assert (corrected.dimensions == truth.dimensions).all()
    assert (corrected.rotations_y == truth.rotations_y).all()
    assert (corrected.depth_deviations < 0.3).all()


def test_what_is_unknown_or_far_off_stays():
    boxes = make_boxes([[0, 1, 10.0], [1, 1, 10.0]], [[1.0, 0.8, 0.6]] * 2, [0, 0])
    surfaces = np.array([[np.nan] * 3, [1.0, 1.1, 1.2]])
    corrected = correct_depths(boxes, surfaces, CAMERA)
    assert (corrected.locations == boxes.locations).all()
    assert (corrected.depth_deviations == boxes.depth_deviations).all()


def test_half_depth_is_half_the_side_along_the_ray():
    boxes = make_boxes([[0, 0.5, 10.0]] * 2, [[1.0, 2.0, 4.0]] * 2, [0, AHEAD])
    assert compute_half_depths(boxes) == pytest.approx([1.0, 2.0])
