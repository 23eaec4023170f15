"""The published model, fetched by `make setup`."""

import pytest

from centernet_ros.cli.fetch_weights import FetchError, fetch_weights
from centernet_ros.models import load_model
from centernet_ros.weights.store import DEFAULT_MODEL


@pytest.fixture(scope="session")
def published_model():
    try:
        return load_model(fetch_weights(DEFAULT_MODEL))
    except FetchError as error:
        pytest.skip(str(error))
