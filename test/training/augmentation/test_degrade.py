import numpy as np

from training.augmentation.degrade import degrade_image


def test_the_image_stays_alike_and_follows_the_seed():
    image = np.repeat(np.linspace(-0.1, 1.1, 40, dtype=np.float32)[:, None], 30, 1)[..., None]
    image = np.ascontiguousarray(image.repeat(3, 2))
    changed = [degrade_image(image, np.random.default_rng(seed)) for seed in range(40)]
    assert all(each.dtype == np.float32 and each.shape == image.shape for each in changed)
    # Gamma moves the middle both ways, and darker stays darker.
    middles = [each[20].mean() for each in changed]
    assert min(middles) < 0.45 < 0.55 < max(middles)
    assert all(np.corrcoef(each[:, 0, 0], image[:, 0, 0])[0, 1] > 0.95 for each in changed)
    noisy = [np.ptp(each[20], axis=0).max() > 0 for each in changed]
    assert 0.1 < np.mean(noisy) < 0.6
    assert np.array_equal(changed[3], degrade_image(image, np.random.default_rng(3)))
