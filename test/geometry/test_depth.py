"""The depth of objects in depth images that are rendered from known surfaces."""

import numpy as np
import pytest

from centernet_ros.geometry.depth import REACH, find_surface, measure_boxes, measure_joints

SIZE = 120, 160
BOX = np.array([[40.0, 30, 100, 110]])


def render(*surfaces, background=8.0):
    """A wall, and before it what covers some rectangles (x1 y1 x2 y2) at some depth."""
    depth = np.full(SIZE, background)
    for (x1, y1, x2, y2), distance in surfaces:
        depth[y1:y2, x1:x2] = distance
    return depth


PERSON = render(((52, 30, 88, 110), 3.0))


@pytest.mark.parametrize("encoding", [lambda d: d, lambda d: np.round(d * 1000) / 1000])
def test_the_object_counts_and_not_the_wall(encoding):
    assert measure_boxes(encoding(PERSON), BOX, SIZE) == pytest.approx(np.full((1, 3), 3.0))


def test_a_slim_object_before_a_wall():
    depth = render(((65, 30, 79, 110), 2.0))
    assert measure_boxes(depth, BOX, SIZE)[0, 1] == 2.0


def test_without_an_object_it_is_the_wall():
    assert measure_boxes(render(), BOX, SIZE)[0, 1] == 8.0


def test_specks_in_front_do_not_count():
    depth = PERSON.copy()
    rng = np.random.default_rng(0)
    depth[rng.uniform(size=SIZE) < 0.02] = 0.5
    assert measure_boxes(depth, BOX, SIZE)[0, 1] == 3.0


def test_the_floor_behind_an_object_does_not_count():
    depth = PERSON.copy()
    depth[90:110, 40:52] = np.linspace(5.0, 3.0, 20)[:, None]
    near, middle, far = measure_boxes(depth, BOX, SIZE)[0]
    assert (near, middle) == (3.0, 3.0)
    assert far < 3.3


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_holes_are_ignored(share):
    depth = PERSON.copy()
    depth[np.random.default_rng(0).uniform(size=SIZE) < share] = np.nan
    assert measure_boxes(depth, BOX, SIZE)[0, 1] == 3.0


def test_the_edge_of_an_object_may_be_anything():
    """Depth cameras mix or lose the depths of an edge."""
    depth = PERSON.copy()
    depth[:, 51:53] = np.linspace(3, 8, SIZE[0])[:, None]
    depth[:, 87:89] = np.nan
    assert measure_boxes(depth, BOX, SIZE)[0, 1] == 3.0


def test_a_slanted_side_has_its_near_and_far_end():
    """A car at an angle, from 5 to 8 m."""
    depth = render(background=30.0)
    depth[30:110, 40:100] = np.linspace(5.0, 8.0, 60)
    near, middle, far = measure_boxes(depth, BOX, SIZE)[0]
    assert near == pytest.approx(5.4, abs=0.2)
    assert middle == pytest.approx(6.5, abs=0.1)
    assert far == pytest.approx(7.6, abs=0.2)


def test_noise_moves_it_little():
    noisy = PERSON + np.random.default_rng(0).normal(0, 0.02, SIZE)
    near, middle, far = measure_boxes(noisy, BOX, SIZE)[0]
    assert middle == pytest.approx(3.0, abs=0.005)
    assert far - near < 0.1


@pytest.mark.parametrize(
    "box",
    [[-50, -50, -10, -10], [200, 200, 300, 300], [10, 10, 10, 10], [np.nan] * 4, [90, 90, 80, 80]],
)
def test_boxes_without_pixels_are_unknown_or_a_pixel(box):
    found = measure_boxes(PERSON, np.array([box], float), SIZE)
    assert found.shape == (1, 3)
    assert np.isnan(found).all()


def test_nothing_known_is_unknown():
    assert np.isnan(measure_boxes(np.full(SIZE, np.nan), BOX, SIZE)).all()
    assert np.isnan(find_surface(np.array([3.0] * 4 + [np.nan] * 9))).all()
    assert measure_boxes(PERSON, np.zeros((0, 4)), SIZE).shape == (0, 3)


def test_a_depth_image_of_another_size_is_scaled():
    half = PERSON[::2, ::2]
    assert measure_boxes(half, BOX, SIZE)[0, 1] == 3.0
    small = np.array([[10.0, 30, 30, 110]])
    assert measure_boxes(half, small, SIZE)[0, 1] == 8.0


def test_joints_have_the_depth_of_the_person():
    depth = render(((52, 30, 88, 110), 3.0), ((60, 60, 70, 64), 2.6))
    joints = np.array([[[62.0, 62], [80, 50], [45, 50], [70, -9], [np.nan, 3]]])
    surfaces = measure_boxes(depth, BOX, SIZE)
    found = measure_joints(depth, joints, BOX, surfaces, SIZE)
    assert found[0, :2] == pytest.approx([2.6, 3.0])
    # Beside the person is the wall, which is out of reach, and outside the image nothing.
    assert abs(8.0 - 3.0) > REACH
    assert np.isnan(found[0, 2:]).all()


def test_joints_of_an_unknown_person_are_unknown():
    depth = np.full(SIZE, np.nan)
    surfaces = measure_boxes(depth, BOX, SIZE)
    assert np.isnan(measure_joints(depth, np.ones((1, 17, 2)), BOX, surfaces, SIZE)).all()
