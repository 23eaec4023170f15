import cv2
import numpy as np
import pytest

from training.augmentation.colour import (
    augment_colour,
    change_brightness,
    change_contrast,
    change_lighting,
    change_saturation,
)

CHANGES = {
    "brightness": change_brightness,
    "contrast": change_contrast,
    "saturation": change_saturation,
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_equal_the_authors(name, reference_folder):
    reference = np.load(reference_folder / "color.npz")
    image = reference["in"].copy()
    CHANGES[name](image, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 1.25)
    print(f"{name}: {np.abs(image - reference[f'{name}_+0.25']).max():.1e}")
    assert np.allclose(image, reference[f"{name}_+0.25"], atol=1e-6)


def test_lighting_equals_the_authors(reference_folder):
    reference = np.load(reference_folder / "color.npz")
    image = reference["in"].copy()
    change_lighting(image, 0.1 * np.array([0.5, -1, 2]))
    expected = reference["lighting_n=(.5,-1,2)"]
    print(f"lighting: {np.abs(image - expected).max():.1e}")
    assert np.allclose(image, expected, atol=1e-6)


def test_colours_follow_the_seed():
    image = np.random.default_rng(0).random((8, 9, 3), np.float32)
    changed = [image.copy() for _ in range(3)]
    for copy, seed in zip(changed, (1, 1, 2)):
        augment_colour(copy, np.random.default_rng(seed))
    assert np.array_equal(changed[0], changed[1])
    assert not np.allclose(changed[0], changed[2])
    assert changed[0].dtype == np.float32
