import numpy as np
import pytest

from centernet_ros.geometry.affine import apply_affine, build_affine
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models import InputSpec
from training.augmentation.crop import (
    Crop,
    apply_crop,
    draw_angle,
    draw_crop,
    draw_shift,
    find_border,
)

SIZE = (375, 500)


def test_whole_image_is_the_usual_window():
    for resize in ("longest_edge", "width", "stretch", "none"):
        geometry = compute_geometry(SIZE, InputSpec(resize=resize, dynamic=resize == "none"))
        centre = (250, 187.5)
        placed = apply_crop(geometry, SIZE, Crop(centre))
        assert np.allclose(placed.image_to_input, geometry.image_to_input)


def test_window_is_the_authors_transform():
    geometry = compute_geometry(SIZE, InputSpec())
    placed = apply_crop(geometry, SIZE, Crop((200, 130), 0.7))
    assert np.allclose(placed.image_to_input, build_affine((200, 130), 500 * 0.7, (512, 512)))
    turned = apply_crop(geometry, SIZE, Crop((200, 130), 0.7, 0.4))
    expected = build_affine((200, 130), 500 * 0.7, (512, 512), 0.4)
    assert np.allclose(turned.image_to_input, expected)


@pytest.mark.parametrize(
    ("side", "border"), [(1000, 128), (257, 128), (256, 64), (129, 64), (128, 32), (65, 32)]
)
def test_border(side, border):
    assert find_border(side) == border


def test_crops_spread_as_published():
    rng = np.random.default_rng(0)
    crops = [draw_crop((375, 500), rng) for _ in range(2000)]
    assert {round(crop.scale, 1) for crop in crops} == {0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3}
    xs, ys = zip(*(crop.centre for crop in crops))
    assert (min(xs), max(xs)) == (128, 371)
    assert (min(ys), max(ys)) == (128, 246)


def test_angles_are_limited():
    rng = np.random.default_rng(0)
    angles = np.degrees([draw_angle(10, rng) for _ in range(2000)])
    assert np.abs(angles).max() == pytest.approx(20)
    assert angles.std() == pytest.approx(9.6, abs=0.3)


def test_shifts_are_limited():
    rng = np.random.default_rng(0)
    crops = [draw_shift(SIZE, SIZE, rng) for _ in range(2000)]
    scales = [crop.scale for crop in crops]
    assert min(scales) == 0.6
    assert max(scales) == 1.4
    shifts = (np.array([crop.centre for crop in crops]) - (250, 187.5)) / (500, 375)
    assert np.abs(shifts).max() == pytest.approx(0.2)
    assert shifts.std(0) == pytest.approx([0.096, 0.096], abs=0.01)
    point = apply_crop(compute_geometry(SIZE, InputSpec()), SIZE, crops[0])
    assert apply_affine(point.image_to_input, np.array(crops[0].centre)) == pytest.approx(256)
