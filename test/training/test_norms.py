import pytest
import torch

from centernet_ros.models import InputSpec, ModelSpec, create_model
from training.norms import calibrate_norms, set_norm_mode

SPEC = ModelSpec("mobilenetv3", {"hm": 2, "ltrb": 4}, ("a", "b"), InputSpec((64, 64)))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return create_model(SPEC).eval()


def test_calibration_keeps_the_function(model):
    images = 3 * torch.rand(4, 3, 64, 64)
    before = model(images)
    calibrate_norms(model, [images])
    after = model(images)
    for head, values in before.items():
        assert torch.allclose(values, after[head], atol=1e-4 * values.abs().max().item())


def test_calibrated_networks_train_from_their_function(model):
    images = 3 * torch.rand(8, 3, 64, 64)
    evaluated = model(images)["hm"]
    deviation = {}
    for calibrated in (False, True):
        if calibrated:
            calibrate_norms(model, [images])
        model.train()
        deviation[calibrated] = (model(images)["hm"] - evaluated).abs().max().item()
        model.eval()
    assert deviation[True] < 0.05 * deviation[False]


def test_frozen_norms_stay(model):
    set_norm_mode(model, "frozen")
    before = {name: values.clone() for name, values in model.named_buffers()}
    model(torch.rand(2, 3, 64, 64))
    assert model.training
    assert all(torch.equal(values, before[name]) for name, values in model.named_buffers())
