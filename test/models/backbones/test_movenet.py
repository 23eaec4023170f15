import pytest
import torch

from centernet_ros.models import ModelSpec, create_model

HEADS = {"hm": 1, "wh": 2, "reg": 2, "hm_hp": 17, "hps": 34, "hp_offset": 34}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return create_model(ModelSpec("movenet", HEADS, ("person",), pose_decoder="weighted"))


def test_published_size(model):
    """The published graph's constants, and the scales that its batch norms have folded away."""
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    parameters = sum(p.numel() for p in model.parameters())
    assert parameters - sum(norm.weight.numel() for norm in norms) == 4_723_346


def test_maps(model):
    with torch.inference_mode():
        maps = model.eval()(torch.zeros(2, 3, 64, 96))
    assert {name: tuple(values.shape) for name, values in maps.items()} == {
        name: (2, channels, 16, 24) for name, channels in HEADS.items()
    }
    assert maps["hm"].sigmoid().mean().item() == pytest.approx(0.1, abs=0.01)


def test_every_weight_trains(model):
    sum(m.square().mean() for m in model(torch.randn(2, 3, 64, 64)).values()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_pose_decoder_is_known():
    with pytest.raises(ValueError, match="'best', expected one of: nearest, weighted"):
        ModelSpec("movenet", HEADS, ("person",), pose_decoder="best")
