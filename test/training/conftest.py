import pytest
import tiny_network  # noqa: F401 (registers itself)

from centernet_ros.models import InputSpec
from training.engine.settings import Settings


@pytest.fixture
def settings():
    inputs = InputSpec((64, 64), "stretch", mean=(0.2,) * 3, std=(0.3,) * 3)
    return Settings(
        arch="tiny",
        input=inputs,
        epochs=2,
        batch_size=4,
        learning_rate=1e-3,
        learning_rate_steps=(1,),
        workers=0,
        evaluate_every=1,
    )
