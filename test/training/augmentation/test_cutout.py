import cv2
import numpy as np
import pytest

from training.augmentation.cutout import cut_out


@pytest.fixture
def disc(tmp_path):
    """A textured disc on a background of another colour."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(90, 130, (120, 160, 3), np.uint8)
    ys, xs = np.mgrid[:120, :160]
    inside = (ys - 60) ** 2 + (xs - 80) ** 2 <= 30**2
    pixels[inside] = rng.integers(0, 40, (int(inside.sum()), 3))
    path = tmp_path / "disc.png"
    cv2.imwrite(str(path), pixels)
    return path, inside


def test_the_upper_part_follows_the_object(disc):
    path, inside = disc
    box = (50, 30, 111, 91)
    crop, mask = cut_out(path, box)
    assert crop.shape == (61, 61, 3)
    assert mask.shape == (61, 61)
    above = slice(0, 36)
    expected = inside[30:91, 50:111][above]
    assert ((mask[above] > 0.5) == expected).mean() > 0.95
    assert 0 < mask[0, 0] < 0.5 or mask[0, 0] == 0


def test_a_cut_out_is_always_the_same(disc):
    path, _ = disc
    first = cut_out(path, (50, 30, 111, 91))[1]
    cut_out.cache_clear()
    cv2.setRNGSeed(7)
    assert np.array_equal(first, cut_out(path, (50, 30, 111, 91))[1])
