import collections
import importlib.util
import json

import numpy as np
import pytest
import torch

from centernet_ros.models import load_model


@pytest.fixture(scope="session")
def build_weights(shared):
    """The authors' tensors of a reference network, such as "dla_34_ddd"."""
    script = shared / "reference/outputs/make_checkpoint.py"
    spec = importlib.util.spec_from_file_location("make_checkpoint", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def build(name):
        text = (shared / f"reference/keys/{name}.json").read_text()
        return module.state_dict(json.loads(text, object_pairs_hook=collections.OrderedDict))

    return build


@pytest.fixture
def write_checkpoint(tmp_path):
    """A file as the authors wrote them: legacy serialization, no description."""

    def write(weights):
        path = tmp_path / "checkpoint.pth"
        torch.save({"epoch": 7, "state_dict": weights}, path, _use_new_zipfile_serialization=False)
        return path

    return write


@pytest.fixture
def load_reference(build_weights, write_checkpoint):
    """A reference network through `load_model`."""

    def load(name):
        path = write_checkpoint(build_weights(name))
        try:
            return load_model(path)
        finally:
            path.unlink()

    return load


@pytest.fixture
def measure_deviation(shared):
    """Largest difference of a network's maps, of every stack, from the authors' float64 ones."""

    def measure(model, name, dtype):
        reference = np.load(shared / f"reference/outputs/{name}.npz")
        with torch.inference_mode():
            images = torch.from_numpy(reference["image"]).to(dtype)
            stacks = model.to(dtype).forward_stacks(images)
        found = {
            f"stack{i}/{head}": values.double().numpy()
            for i, maps in enumerate(stacks)
            for head, values in maps.items()
        }
        assert found.keys() == set(reference.files) - {"image"}
        return max(np.abs(found[key] - reference[key]).max() for key in found)

    return measure
