import numpy as np
import pytest
import torch


@pytest.fixture
def reference(reference_folder):
    """Inputs and results of the authors' decoding."""
    return np.load(reference_folder / "decode.npz")


@pytest.fixture
def read_maps(reference):
    """The input maps of a task, "ct", "pose" or "ddd", by head name."""

    def read(task, *heads):
        return {head: torch.from_numpy(reference[f"{task}_{head}"]) for head in heads}

    return read


@pytest.fixture
def random_maps():
    """Activated maps of several images without a plateau in the heat map."""

    def build(batch=3, height=24, width=32, **channels):
        generator = torch.Generator().manual_seed(5)
        maps = {}
        for name, count in channels.items():
            shape = (batch, count, height, width)
            values = torch.rand(shape, generator=generator, dtype=torch.float64)
            maps[name] = values if name.startswith("hm") else 8 * values - 2
        return maps

    return build
