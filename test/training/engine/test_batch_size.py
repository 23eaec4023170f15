import pytest
import torch
from lightning_fabric import Fabric
from random_networks import build_network

from training.engine import batch_size
from training.engine.batch_size import choose_batch_size, find_largest, fits


@pytest.mark.parametrize(
    ("room", "limit", "expected"), [(0, 64, 1), (1, 64, 1), (9, 64, 8), (99, 64, 64), (99, 5, 4)]
)
def test_largest_that_fits(room, limit, expected):
    tried = []

    def fit(count):
        tried.append(count)
        return count <= room

    assert find_largest(fit, limit) == expected
    assert max(tried, default=1) <= min(2 * expected, limit)


@pytest.mark.parametrize(
    ("images", "accumulate", "expected"), [(1000, 1, 8), (1000, 2, 16), (40, 1, 4), (3, 1, 1)]
)
def test_on_a_cpu(images, accumulate, expected):
    fabric = Fabric(accelerator="cpu", devices=1)
    model = build_network("tiny", "ctdet")
    assert choose_batch_size(fabric, model, images, accumulate) == expected


def test_out_of_memory_does_not_fit(monkeypatch):
    """A step of a network on a device that holds 40 images."""
    fabric = Fabric(accelerator="cpu", devices=1)
    model = build_network("tiny", "ctdet")
    before = {name: values.clone() for name, values in model.state_dict().items()}
    forward = type(model).forward_stacks

    def limited(self, images):
        if len(images) > 40:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return forward(self, images)

    monkeypatch.setattr(type(model), "forward_stacks", limited)
    assert fits(fabric, model, 32)
    assert not fits(fabric, model, 64)
    assert find_largest(lambda count: fits(fabric, model, count), batch_size.LARGEST) == 32
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
