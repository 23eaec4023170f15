import pytest
import torch

from centernet_ros.models import InputSpec, ModelSpec, create_model
from training.engine.batch_norm import calibrate_norms, measure_norms, set_norm_mode

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


def test_measured_norms_have_the_mean_of_all_batches(model):
    batches = [torch.rand(4, 3, 64, 64) + shift for shift in (0.0, 1.0, 5.0)]
    first = next(module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d))
    momentum = first.momentum
    inputs = []
    hook = first.register_forward_pre_hook(lambda norm, given: inputs.append(given[0]))
    measure_norms(model, batches)
    hook.remove()
    means = [values.mean((0, 2, 3)) for values in inputs]
    variances = [values.var((0, 2, 3)) for values in inputs]
    assert torch.allclose(first.running_mean, torch.stack(means).mean(0), atol=1e-5)
    assert torch.allclose(first.running_var, torch.stack(variances).mean(0), rtol=1e-4)
    assert first.momentum == momentum
    assert not model.training


def test_frozen_norms_stay(model):
    set_norm_mode(model, "frozen")
    before = {name: values.clone() for name, values in model.named_buffers()}
    model(torch.rand(2, 3, 64, 64))
    assert model.training
    assert all(torch.equal(values, before[name]) for name, values in model.named_buffers())
