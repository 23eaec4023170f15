import numpy as np
import pytest
from random_networks import HEADS, SIZE, build_network

from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.inference.options import DecodingOptions


@pytest.fixture(scope="session")
def build():
    """See `build_network`."""
    return build_network


@pytest.fixture(scope="session")
def joint_model(build):
    """A network of all tasks with deformable convolutions."""
    return build("tiny_deform", *HEADS)


@pytest.fixture(scope="session")
def joint_onnx(joint_model, tmp_path_factory):
    """The same, exported with 10 objects per task."""
    pytest.importorskip("onnxscript")
    path = tmp_path_factory.mktemp("exported") / "joint.onnx"
    write_onnx(joint_model, path, options=DecodingOptions(10))
    return path


@pytest.fixture(scope="session")
def pixels():
    """Two images of the networks' size."""
    return np.random.default_rng(0).integers(0, 256, (2, *SIZE, 3), np.uint8)
