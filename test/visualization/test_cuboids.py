import numpy as np

from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.structures import Boxes3D
from centernet_ros.visualization.birds_eye import draw_birds_eye
from centernet_ros.visualization.cuboids import EDGES, clip_edges, draw_boxes3d

PROJECTION = np.array([[200.0, 0, 100, 0], [0, 200, 60, 0], [0, 0, 1, 0]])


def build_box(z, x=0.0, rotation_y=0.5):
    return Boxes3D(
        boxes=np.zeros((1, 4), np.float32),
        scores=np.array([0.9], np.float32),
        labels=np.array([0]),
        locations=np.array([[x, 1.0, z]], np.float32),
        dimensions=np.array([[1.5, 1.6, 4.0]], np.float32),
        rotations_y=np.array([rotation_y], np.float32),
        alphas=np.zeros(1, np.float32),
        depth_deviations=np.ones(1, np.float32),
    )


def test_draws_every_corner():
    image, box = np.zeros((120, 200, 3), np.uint8), build_box(12)
    assert draw_boxes3d(image, box, {0: "Car"}, PROJECTION) is image
    corners = compute_corners(box.dimensions, box.locations, box.rotations_y)[0]
    for x, y in project(corners, PROJECTION).round().astype(int):
        assert image[y, x].any()


def test_what_is_behind_the_camera_is_left_out():
    image = np.zeros((120, 200, 3), np.uint8)
    assert not draw_boxes3d(image, build_box(-8.0), {}, PROJECTION).any()
    assert draw_boxes3d(image, build_box(0.5), {}, PROJECTION).any()


def test_edges_are_cut_off_at_the_camera():
    box = build_box(0.5, rotation_y=np.pi / 2)
    corners = compute_corners(box.dimensions, box.locations, box.rotations_y)[0]
    edges = clip_edges(corners)
    assert np.isclose(edges[..., 2].min(), 0.1)
    assert {tuple(end) for end in edges.reshape(-1, 3)} >= {
        tuple(corner) for corner in corners if corner[2] > 0
    }
    ahead = corners + np.array([0, 0, 50])
    assert np.array_equal(clip_edges(ahead), ahead[np.array(EDGES)])


def test_birds_eye_shows_place_and_heading():
    canvas = draw_birds_eye(build_box(32.0, x=-16.0, rotation_y=0.0), side=128, reach=64.0)
    ys, xs = np.nonzero(canvas[..., 1] != canvas[..., 2])
    assert canvas.shape == (128, 128, 3)
    # Two pixels per metre: 16 m to the left, 32 m ahead, 4 m long across the view.
    assert abs(xs.mean() - 32) < 2
    assert abs(ys.mean() - 64) < 2
    assert np.ptp(xs) > np.ptp(ys)
    nothing = draw_birds_eye(build_box(500.0), side=128)
    assert np.array_equal(nothing, draw_birds_eye(build_box(500.0)[:0], side=128))
