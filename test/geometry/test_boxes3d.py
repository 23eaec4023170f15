import numpy as np

from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project, unproject

PROJECTION = np.array(
    [[707.0493, 0, 604.0814, 45.75831], [0, 707.0493, 180.5066, -0.3454157], [0, 0, 1, 0.00498]]
)


def test_equals_the_authors(reference_folder):
    reference = np.load(reference_folder / "ddd_utils.npz")
    projection = np.load(reference_folder / "decode.npz")["ddd_calib"]
    corners = compute_corners(reference["dim_hwl"], reference["loc"], reference["ry"])
    pixels = project(corners, projection)
    print(f"corners: {np.abs(corners - reference['corners']).max():.1e}")
    print(f"projection: {np.abs(pixels - reference['proj']).max():.1e}")
    assert np.allclose(corners, reference["corners"], rtol=1e-6)
    assert np.allclose(pixels, reference["proj"], rtol=1e-6)
    u, v, depth = reference["unproj_in"]
    point = unproject(np.array([u, v]), depth, projection)
    print(f"un-projection: {np.abs(point - reference['unproj']).max():.1e}")
    assert np.allclose(point, reference["unproj"], rtol=1e-6)


def test_batches_of_corners():
    rng = np.random.default_rng(0)
    dimensions, locations = rng.uniform(1, 4, (2, 5, 3)), rng.uniform(-9, 9, (2, 5, 3))
    rotations_y = rng.uniform(-3, 3, (2, 5))
    corners = compute_corners(dimensions, locations, rotations_y)
    assert corners.shape == (2, 5, 8, 3)
    for place in np.ndindex(2, 5):
        alone = compute_corners(dimensions[place], locations[place], rotations_y[place])
        assert np.array_equal(corners[place], alone)
    assert np.allclose(corners[..., :4, :].mean(-2), locations)
    assert np.allclose(np.ptp(corners[..., 1], axis=-1), dimensions[..., 0])


def test_unproject_inverts_project():
    points = np.random.default_rng(1).uniform((-20, -2, 2), (20, 3, 80), (9, 3))
    depths = points[:, 2] + PROJECTION[2, 3]
    assert np.allclose(unproject(project(points, PROJECTION), depths, PROJECTION), points)
