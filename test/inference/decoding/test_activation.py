import torch

from centernet_ros.inference.decoding.activation import activate


def test_heat_maps_and_depth():
    raw = torch.linspace(-9, 9, 12).view(1, 1, 3, 4)
    maps = activate({"hm": raw, "hm_hp": raw, "dep": raw, "wh": raw})
    assert torch.equal(maps["hm"], raw.sigmoid())
    assert torch.equal(maps["hm_hp"], raw.sigmoid())
    assert maps["wh"] is raw
    # The inverse sigmoid is exp(-x): depth falls as the output rises.
    assert torch.allclose(maps["dep"], torch.exp(-raw), rtol=1e-2, atol=1e-5)
