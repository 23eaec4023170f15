import numpy as np
import pytest
from random_networks import SIZE, build_network


@pytest.fixture(scope="session")
def build():
    """See `build_network`."""
    return build_network


@pytest.fixture(scope="session")
def pixels():
    """Two images of the networks' size."""
    return np.random.default_rng(0).integers(0, 256, (2, *SIZE, 3), np.uint8)
