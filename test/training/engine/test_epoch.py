"""One epoch, whose steps end with it."""

from dataclasses import replace

import pytest
import tiny_network  # noqa: F401 (registers itself)
import torch
from lightning_fabric import Fabric

from centernet_ros.models import InputSpec, ModelSpec, create_model
from training.engine.epoch import StackedMaps, TrainingError, train_one_epoch
from training.losses import LossOptions

SPEC = ModelSpec("tiny", {"hm": 1, "wh": 2, "reg": 2}, ("a",), InputSpec((64, 64)))


def make_batches(count):
    """Batches of one image with one object, each at another pixel."""
    batches = []
    for i in range(count):
        heatmap = torch.zeros(1, 1, 16, 16)
        heatmap.view(-1)[20 + i] = 1
        targets = {
            "hm": heatmap,
            "ind": torch.tensor([[20 + i]]),
            "reg_mask": torch.tensor([[1]], dtype=torch.uint8),
            "wh": torch.full((1, 1, 2), 4.0),
            "reg": torch.full((1, 1, 2), 0.5),
        }
        batches.append({"ctdet": {"image": torch.rand(1, 3, 64, 64)} | targets})
    return batches


@pytest.fixture
def trained(tmp_path):
    """Trains a small network for an epoch; gives it, its gradients, and the number of steps."""
    torch.manual_seed(0)
    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.launch()

    def train(count, accumulate, arch="tiny"):
        model = create_model(replace(SPEC, arch=arch))
        plain = torch.optim.SGD(model.parameters(), 0.0)
        wrapped, optimizer = fabric.setup(StackedMaps(model), plain)
        gradients = []

        def note(*_):
            parameters = [p for p in model.parameters() if p.grad is not None]
            gradients.append(torch.cat([p.grad.flatten() for p in parameters]))

        plain.register_step_pre_hook(note)
        batches = make_batches(count)
        train_one_epoch(
            fabric, wrapped, optimizer, batches, {"ctdet": LossOptions()}, accumulate,
            failed_batch=tmp_path / "failed.pt",
        )  # fmt: skip
        return model, gradients

    return train


@pytest.mark.parametrize(
    ("count", "accumulate", "steps"), [(4, 2, 2), (5, 2, 3), (3, 4, 1), (1, 1, 1)]
)
def test_every_batch_counts_and_no_gradient_is_left_over(trained, count, accumulate, steps):
    model, gradients = trained(count, accumulate)
    assert len(gradients) == steps
    assert all(parameter.grad is None for parameter in model.parameters())


def test_one_image_is_too_little_for_some_batch_norms(trained):
    with pytest.raises(
        TrainingError, match=r"expected a batch_size of 2 or more .* or batch_norm"
    ):
        trained(1, 1, "mobilenetv3")


def test_a_shorter_last_step_is_the_mean_of_its_batches(trained):
    """With a learning rate of 0 the last of five batches has the gradient that it has alone."""
    torch.manual_seed(1)
    _, pairs = trained(5, 2)
    torch.manual_seed(1)
    _, singles = trained(5, 1)
    torch.testing.assert_close(pairs[-1], singles[-1])
    torch.testing.assert_close(pairs[0], (singles[0] + singles[1]) / 2)
