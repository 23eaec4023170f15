import numpy as np
import pytest

from centernet_ros.geometry.boxes import compute_iou
from training.targets.gaussian import compute_radius


@pytest.mark.parametrize(("height", "width"), [(20, 20), (10, 60), (45, 30)])
def test_corrected_radius_keeps_the_overlap(height, width):
    """Corners moved by the radius leave an overlap of at least 0.7, and in one case just that."""
    radius = compute_radius(height, width, corrected=True)
    box = np.array([[0.0, 0, width, height]])
    signs = np.array([(1, 1, -1, -1), (-1, -1, 1, 1), (1, 1, 1, 1)])
    overlaps = compute_iou((box + radius * signs)[:, None], box)
    assert overlaps.min() == pytest.approx(0.7, abs=1e-9)
    assert 3.3 < compute_radius(height, width) / radius < 4
