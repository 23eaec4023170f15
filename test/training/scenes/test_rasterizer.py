import numpy as np

from training.scenes.rasterizer import rasterize, rasterize_parallel

PROJECTION = np.array([[100.0, 0, 50, 0], [0, 100, 40, 0], [0, 0, 1, 0]])
SIZE = (80, 100)


def make_square(half, z):
    corners = [(-half, -half, z), (half, -half, z), (half, half, z), (-half, half, z)]
    a, b, c, d = np.array(corners, np.float32)
    return np.array([(a, b, c), (a, c, d)])


def test_pixels_and_extent_of_a_square():
    raster = rasterize(make_square(1, 10), np.zeros(2, np.int32), 1, PROJECTION, SIZE)
    assert raster.extents.tolist() == [[40, 30, 60, 50]]
    assert raster.covered[0] == (raster.triangles >= 0).sum() == 21 * 21
    np.testing.assert_allclose(raster.inverse_depths[raster.triangles >= 0], 0.1, rtol=1e-6)


def test_nearer_hides_farther_in_any_order():
    squares = [make_square(1, 10), make_square(1, 20)]
    owners = np.array([0, 0, 1, 1], np.int32)
    for order in ((0, 1), (1, 0)):
        corners = np.concatenate([squares[i] for i in order])
        raster = rasterize(corners, owners, 2, PROJECTION, SIZE)
        shown = owners[raster.triangles[raster.triangles >= 0]]
        assert set(shown) == {order.index(0)}
        # Hidden ones still count what they would cover.
        assert raster.covered[order.index(1)] == 11 * 11


def test_what_reaches_behind_the_camera_is_cut_off():
    floor = np.array([[(-50, 1, -20), (50, 1, -20), (0, 1, 1000)]], np.float32)
    raster = rasterize(floor, np.zeros(1, np.int32), 1, PROJECTION, SIZE)
    rows = np.flatnonzero(raster.triangles[:, 50] >= 0)
    assert rows.tolist() == list(range(41, 80))


def test_depth_is_correct_in_perspective():
    slope = np.array([[(-5, -5, 5), (5, -5, 5), (0, 40, 50)]], np.float32)
    raster = rasterize(slope, np.zeros(1, np.int32), 1, PROJECTION, SIZE)
    z = 1 / raster.inverse_depths[60, 50]
    # The plane z = 10 + y, seen at y / z = 0.2.
    assert abs(z - 12.5) < 1e-3


def test_parallel_projection_has_no_perspective():
    near, far = make_square(1, 2), make_square(1, 50)
    for square, z in ((near, 2), (far, 50)):
        depths = rasterize_parallel(square, 10.0, (50, 40), SIZE)
        assert np.isfinite(depths).sum() == 21 * 21
        assert depths[40, 50] == -z
