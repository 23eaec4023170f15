import numpy as np

from centernet_ros.geometry.angles import (
    alpha_to_rotation_y,
    decode_alpha,
    rotation_y_to_alpha,
    wrap_angle,
)

PROJECTION = np.array([[700.0, 0, 600, 45], [0, 700, 180, 0], [0, 0, 1, 0]])


def test_equals_the_authors(reference_folder):
    reference = np.load(reference_folder / "ddd_utils.npz")
    projection = np.load(reference_folder / "decode.npz")["ddd_calib"]
    found = alpha_to_rotation_y(reference["alphas"], 900.0, projection)
    print(f"rotation_y: {np.abs(found - reference['roty']).max():.1e}")
    assert np.allclose(found, reference["roty"], rtol=1e-9)


def test_heading_depends_on_the_viewing_ray():
    alphas, columns = np.meshgrid(np.linspace(-3, 3, 13), [0.0, 600.0, 1200.0])
    rotations_y = alpha_to_rotation_y(alphas, columns, PROJECTION)
    assert np.allclose(rotations_y[1], alphas[1])
    assert np.all(np.abs(rotations_y) <= np.pi)
    assert np.allclose(rotation_y_to_alpha(rotations_y, columns, PROJECTION), alphas)


def test_decode_alpha_from_either_bin():
    alphas = np.linspace(-np.pi, np.pi, 41)
    for logits, shift in (((0, 5, 0, -5), np.pi / 2), ((0, -5, 0, 5), -np.pi / 2)):
        orientation = np.zeros((41, 8))
        orientation[:, [0, 1, 4, 5]] = logits
        first = 2 if logits[1] > 0 else 6
        orientation[:, first] = np.sin(alphas + shift)
        orientation[:, first + 1] = np.cos(alphas + shift)
        assert np.allclose(np.exp(1j * decode_alpha(orientation)), np.exp(1j * alphas))


def test_wrap_angle():
    angles = np.array([-7.0, -np.pi, 0.0, 3.5, 9.5])
    assert np.allclose(np.exp(1j * wrap_angle(angles)), np.exp(1j * angles))
    assert np.all(np.abs(wrap_angle(angles)) <= np.pi)
