import numpy as np
import pytest

from training.targets.gaussian import compute_radius, draw_gaussian


def test_radius_equals_the_authors(reference_folder):
    reference = np.load(reference_folder / "gaussian.npz")
    found = [compute_radius(height, width) for height, width in reference["hw"].tolist()]
    print(f"radius: {np.abs(found - reference['radius']).max():.1e}")
    assert np.allclose(found, reference["radius"], rtol=1e-12)


@pytest.mark.parametrize("case", range(5))
def test_peak_equals_the_authors(case, reference_folder):
    reference = np.load(reference_folder / "gaussian.npz")
    rows, columns, x, y, radius = reference[f"umich{case}_args"].astype(int).tolist()
    heatmap = np.zeros((rows, columns), np.float32)
    draw_gaussian(heatmap, (x, y), radius)
    assert np.array_equal(heatmap, reference[f"umich{case}"])


def test_peaks_merge_by_maximum():
    heatmap = np.zeros((9, 12), np.float32)
    draw_gaussian(heatmap, (3, 4), 3)
    alone = heatmap.copy()
    draw_gaussian(heatmap, (5, 4), 3)
    assert heatmap[4, 3] == heatmap[4, 5] == 1
    assert np.all(heatmap >= alone)
    assert np.array_equal(heatmap[:, ::-1][:, 3:], heatmap[:, :9])
