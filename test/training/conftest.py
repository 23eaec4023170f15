import cv2
import numpy as np
import pytest
import tiny_network  # noqa: F401 (registers itself)

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.models import InputSpec
from training.engine.settings import Settings


@pytest.fixture
def squares(tmp_path):
    """Images of bright squares on noise, of two classes by colour."""
    rng = np.random.default_rng(0)
    samples = []
    for i in range(12):
        pixels = rng.integers(0, 60, (64, 64, 3), np.uint8)
        x, y = (int(value) for value in rng.integers(4, 36, 2))
        label = i % 2
        pixels[y : y + 24, x : x + 24, 2 * label] = 255
        path = tmp_path / "images" / f"{i}.png"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), pixels)
        box = np.array([[x, y, x + 24, y + 24]], float)
        samples.append(Sample(path, i, box, np.array([label]), np.zeros(1, bool)))
    return DataSet(tmp_path, ("blue", "red"), tuple(samples))


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
