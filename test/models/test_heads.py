import pytest
import torch

from centernet_ros.models import ModelSpec, create_model
from centernet_ros.models.layers import bilinear_kernel, build_upsampling

HEADS = {"hm": 1, "wh": 2, "hm_hp": 17}


def create(arch, head_conv=None):
    torch.manual_seed(0)
    return create_model(ModelSpec(arch, HEADS, ("person",), head_conv=head_conv))


@pytest.mark.parametrize("arch", ["res_18", "resdcn_18", "dla_34", "dlav0_34"])
@pytest.mark.parametrize("head_conv", [None, 0])
def test_heat_maps_start_near_a_tenth(arch, head_conv):
    model = create(arch, head_conv).eval()
    for head in ("hm", "hm_hp"):
        last = [m for m in model.get_submodule(head).modules() if isinstance(m, torch.nn.Conv2d)]
        assert torch.all(last[-1].bias == -2.19)
    with torch.inference_mode():
        heatmap = model(torch.zeros(1, 3, 64, 64))["hm"].sigmoid()
    assert heatmap.mean().item() == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize(
    ("arch", "hidden_small", "last_small", "hidden_bias"),
    [
        ("res_18", False, True, True),
        ("resdcn_18", True, True, False),
        ("dlav0_34", True, True, False),
        ("dla_34", False, False, False),
    ],
)
def test_other_heads_start_as_the_authors(arch, hidden_small, last_small, hidden_bias):
    hidden, _, last = create(arch).get_submodule("wh")
    assert (hidden.weight.std() < 0.002) == hidden_small
    assert (last.weight.std() < 0.002) == last_small
    assert bool(hidden.bias.any()) == hidden_bias
    assert not last.bias.any()


def test_upsampling_starts_bilinear():
    assert bilinear_kernel(4)[0].tolist() == [0.0625, 0.1875, 0.1875, 0.0625]
    layer = build_upsampling(3, 4)
    flat = layer(torch.ones(1, 3, 6, 6))
    assert torch.allclose(flat[..., 4:-4, 4:-4], torch.ones(()))
    ramp = layer(torch.arange(6.0).expand(1, 3, 6, 6))[0, 0, 12, 4:-4]
    assert torch.allclose(ramp.diff(), torch.tensor(0.25))
