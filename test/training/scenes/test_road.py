import numpy as np
import pytest

from training.scenes.ground import find_along
from training.scenes.road import Road


@pytest.mark.parametrize("curvature", [0.0, 0.01, -0.01, 1e-4])
def test_places_on_the_road_are_found_again(curvature):
    road = Road(curvature)
    for along, offset in ((0, 0), (30, 3.5), (80, -6), (-10, 2)):
        x, z, _ = road.find_place(along, offset)
        found = find_along(road.signed_curvature, x, z)
        np.testing.assert_allclose(found, (along, offset), atol=1e-6)


def test_a_road_that_bends_to_the_right_goes_there():
    x, z, heading = Road(0.01).find_place(50, 0)
    assert x > 10
    assert 40 < z < 50
    assert heading == pytest.approx(0.5)
