"""Labels against the image: what they say is what the pixels show."""

from dataclasses import replace

import numpy as np
import pytest

from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.io.kitti_format import parse_kitti_labels
from training.scenes.annotate import format_labels
from training.scenes.view import render

FACTOR = 2


@pytest.fixture(scope="module")
def view(world):
    return render(world.scene, world.camera.supersample(FACTOR), world.weather, world.ground)


@pytest.fixture(scope="module")
def labels(world, view):
    return parse_kitti_labels(format_labels(view, world.camera, FACTOR))


def find_instance(view, labels, i):
    distances = [
        np.abs(instance.location - labels.locations[i]).max() for instance in view.instances
    ]
    assert min(distances) < 0.006
    return int(np.argmin(distances))


def list_named(labels):
    return [i for i, name in enumerate(labels.names) if name != "DontCare"]


def test_there_are_labels(labels):
    assert len(list_named(labels)) >= 4


def test_boxes_are_those_of_the_object_rendered_alone(world, view, labels):
    for i in list_named(labels):
        actors = [a for a in world.scene.actors if a.kind]
        poses = [world.scene.find_pose(a) for a in actors]
        nearest = np.argmin([abs(p.x - labels.locations[i, 0]) + abs(p.z - labels.locations[i, 2])
                             for p in poses])  # fmt: skip
        alone = replace(world.scene, actors=(actors[nearest],))
        fine = world.camera.supersample(FACTOR)
        raster = render(alone, fine, world.weather, world.ground).raster
        rows, columns = np.nonzero(raster.triangles >= 0)
        pixels = np.array((columns.min(), rows.min(), columns.max(), rows.max())) / FACTOR
        np.testing.assert_allclose(labels.boxes[i], pixels, atol=1)


def test_projected_3d_boxes_surround_the_2d_boxes(world, labels):
    for i in list_named(labels):
        corners = compute_corners(labels.dimensions[i], labels.locations[i], labels.rotations_y[i])
        if corners[:, 2].min() < 0.5:
            continue
        pixels = project(corners, world.camera.projection)
        low, high = pixels.min(0), pixels.max(0)
        assert (low <= labels.boxes[i, :2] + 1).all()
        assert (high >= labels.boxes[i, 2:] - 1).all()


def test_nothing_sticks_out_of_the_3d_boxes(view):
    for instance in view.instances:
        cos, sin = np.cos(instance.rotation_y), np.sin(instance.rotation_y)
        x, y, z = (instance.mesh.corners.reshape(-1, 3) - instance.location).T
        height, width, length = instance.dimensions
        np.testing.assert_allclose(np.abs(cos * x - sin * z).max(), length / 2, atol=1e-3)
        np.testing.assert_allclose(np.abs(sin * x + cos * z).max(), width / 2, atol=1e-3)
        np.testing.assert_allclose((y.min(), y.max()), (-height, 0), atol=1e-3)


def test_alpha_is_the_heading_from_the_viewing_ray(labels):
    named = list_named(labels)
    x, z = labels.locations[named][:, (0, 2)].T
    turned = labels.alphas[named] + np.arctan2(x, z) - labels.rotations_y[named]
    # Two decimals in the file.
    np.testing.assert_allclose(np.cos(turned), 1, atol=5e-4)


def test_occlusion_follows_visible_pixels(view, labels):
    for i in list_named(labels):
        k = find_instance(view, labels, i)
        share = view.visible[k] / view.raster.covered[k + 1]
        assert labels.occlusions[i] == (0 if share >= 0.85 else 1 if share >= 0.5 else 2)


def test_truncation_only_at_the_border(world, labels):
    height, width = world.camera.size
    for i in list_named(labels):
        x1, y1, x2, y2 = labels.boxes[i]
        at_border = x1 < 1 or y1 < 1 or x2 > width - 2 or y2 > height - 2
        assert at_border or labels.truncations[i] == 0
