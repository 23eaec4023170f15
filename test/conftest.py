import pathlib

import pytest


@pytest.fixture(scope="session")
def shared():
    """The folder of reference files and data beside the repository."""
    path = pathlib.Path(__file__).parents[2] / "shared"
    if not path.is_dir():
        pytest.skip("../shared is not here")
    return path
