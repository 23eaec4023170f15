import numpy as np
import pytest
import torch
from reference_values import make_weights, sample_values, seed_from

from centernet_ros.models import ModelSpec, create_model, load_model

HEADS = {
    "ctdet": {"hm": 80, "wh": 2, "reg": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
}


@pytest.fixture(scope="session")
def create_bare():
    """A network of an architecture and task, without the memory of its weights."""

    def create(arch, task):
        heads = HEADS[task]
        with torch.device("meta"):
            return create_model(ModelSpec(arch, heads, tuple(map(str, range(heads["hm"])))))

    return create


@pytest.fixture
def write_checkpoint(tmp_path):
    """A file as the authors wrote them: legacy serialization, no description."""

    def write(weights):
        path = tmp_path / "checkpoint.pth"
        torch.save({"epoch": 7, "state_dict": weights}, path, _use_new_zipfile_serialization=False)
        return path

    return write


@pytest.fixture
def load_reference(create_bare, write_checkpoint):
    """A reference network, such as "dla_34_ddd", through `load_model`."""

    def load(arch, task):
        path = write_checkpoint(make_weights(create_bare(arch, task).state_dict()))
        try:
            return load_model(path)
        finally:
            path.unlink()

    return load


@pytest.fixture
def measure_deviation(reference_folder, root):
    """Largest difference of a network's maps, of every stack, from the authors' float64 ones.

    The reference has some values of each map, its mean and that of its absolute values. Where the
    whole maps are at hand, they are compared too.
    """
    reference = np.load(reference_folder / "networks.npz")

    def measure(model, name, dtype):
        image = seed_from(name).standard_normal(reference[f"{name}/image_shape"])
        with torch.inference_mode():
            images = torch.from_numpy(image.astype(np.float32)).to(dtype)
            stacks = model.to(dtype).forward_stacks(images)
        found = {
            f"{name}/stack{i}/{head}": values.double().numpy()
            for i, maps in enumerate(stacks)
            for head, values in maps.items()
        }
        expected = {key for key in reference.files if key.startswith(f"{name}/stack")}
        assert found.keys() == expected
        differences = [
            np.append(sample_values(key, values, 48), (values.mean(), np.abs(values).mean()))
            - reference[key]
            for key, values in found.items()
        ]
        whole = root.parent / f"shared/reference/outputs/{name}.npz"
        if whole.is_file():
            maps = np.load(whole)
            differences += [
                values - maps[key.removeprefix(f"{name}/")] for key, values in found.items()
            ]
        return max(np.abs(values).max() for values in differences)

    return measure
