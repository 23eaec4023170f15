import numpy as np
import pytest

from centernet_ros.geometry.input_geometry import InputGeometry


@pytest.mark.parametrize(
    ("image_size", "share"),
    [((40, 100), 1.0), ((50, 100), 1.0), ((100, 100), 0.5), ((50, 200), 0.5), ((100, 200), 0.25)],
)
def test_share_of_an_image_that_is_seen(image_size, share):
    geometry = InputGeometry((100, 200), np.array([[2.0, 0, 0], [0, 2, 0]]))
    assert geometry.find_seen_share(image_size) == pytest.approx(share)


def test_what_lies_beside_the_input_is_not_seen():
    geometry = InputGeometry((100, 200), np.array([[1.0, 0, -50], [0, 1, 80]]))
    assert geometry.find_seen_share((40, 100)) == pytest.approx(0.25)
