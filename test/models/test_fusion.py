import pytest
import torch

from centernet_ros.models import ModelSpec, create_model
from centernet_ros.models.fusion import fuse_conv_norm


@pytest.mark.parametrize("arch", ["mobilenetv3", "res_50", "resdcn_18", "dla_34", "dlav0_34"])
def test_fused_network_is_equal(arch):
    torch.manual_seed(0)
    model = create_model(ModelSpec(arch, {"hm": 2, "wh": 2}, ("a", "b"))).double()
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 1.5)
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
        torch.nn.init.normal_(norm.bias)
    fused = fuse_conv_norm(model)
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in fused.modules())
    assert norms[0] in set(model.modules())
    model.eval()
    images = torch.randn(1, 3, 64, 96, dtype=torch.float64)
    with torch.inference_mode():
        expected, found = model(images), fused(images)
    for name in expected:
        assert (found[name] - expected[name]).abs().max() < 1e-9 * expected[name].abs().max()
