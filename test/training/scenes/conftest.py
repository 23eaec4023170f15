import numpy as np
import pytest

from training.scenes.world import CameraRig, draw_world


@pytest.fixture(scope="package")
def rig():
    return CameraRig((96, 320))


@pytest.fixture(scope="package")
def world(rig):
    return draw_world(rig, 3, np.random.default_rng((3, 11)))
