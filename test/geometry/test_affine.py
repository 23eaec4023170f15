import numpy as np

from centernet_ros.geometry.affine import apply_affine, build_affine, invert_affine


def test_equals_the_authors(reference_folder):
    reference = np.load(reference_folder / "affine.npz")
    cases = zip(reference["cases_cx_cy_s_rot_outw_outh_inv"], reference["matrix"], strict=True)
    for (x, y, width, degrees, columns, rows, inverse), expected in cases:
        matrix = build_affine((x, y), width, (rows, columns), np.deg2rad(degrees))
        # The authors solve for the matrix from points in float32.
        found = invert_affine(matrix) if inverse else matrix
        print(f"affine: {np.abs(found - expected).max():.1e}")
        assert np.allclose(found, expected, rtol=1e-6, atol=1e-5)


def test_inverse():
    matrix = build_affine((12.5, 40.0), 300.0, (96, 320), 0.4)
    points = np.random.default_rng(0).uniform(-50, 400, (3, 5, 2))
    assert np.allclose(apply_affine(invert_affine(matrix), apply_affine(matrix, points)), points)
    assert np.allclose(apply_affine(matrix, np.array([12.5, 40.0])), [160, 48])
