import pytest
import torch

from centernet_ros.models import ModelSpec, create_model


@pytest.mark.parametrize("arch", ["resdcn_18", "dla_34", "mobilenetv3", "movenet"])
@pytest.mark.parametrize("size", [(1, 1), (33, 97), (64, 100)])
def test_odd_sizes_are_padded(arch, size):
    torch.manual_seed(0)
    model = create_model(ModelSpec(arch, {"hm": 1, "wh": 2}, ("a",))).eval()
    images = torch.randn(2, 3, *size)
    height, width = (side + -side % 32 for side in size)
    padded = torch.zeros(2, 3, height, width)
    padded[:, :, : size[0], : size[1]] = images
    rows, columns = (-(-side // 4) for side in size)
    with torch.inference_mode():
        maps, expected = model(images), model(padded)
    for name in maps:
        assert maps[name].shape[2:] == (rows, columns)
        assert torch.equal(maps[name], expected[name][..., :rows, :columns])


@pytest.mark.parametrize("arch", ["res_18", "resdcn_18", "dla_34", "dlav0_34"])
def test_batch_equals_one_by_one(arch):
    torch.manual_seed(0)
    model = create_model(ModelSpec(arch, {"hm": 1, "wh": 2}, ("a",))).double().eval()
    images = torch.randn(3, 3, 64, 96, dtype=torch.float64)
    with torch.inference_mode():
        together = model(images)
        for i, image in enumerate(images):
            alone = model(image[None])
            assert all((together[k][i] - alone[k][0]).abs().max() < 1e-12 for k in alone)


def test_every_weight_trains():
    torch.manual_seed(0)
    model = create_model(ModelSpec("dla_34", {"hm": 2, "wh": 2}, ("a", "b")))
    sum(m.square().mean() for m in model(torch.randn(2, 3, 64, 64)).values()).backward()
    unused = [name for name, p in model.named_parameters() if p.grad is None]
    # In the checkpoints, yet of no effect: the inner trees project for themselves.
    assert {name.rsplit(".project", 1)[0] for name in unused} == {"base.level3", "base.level4"}


def test_unknown_architecture():
    with pytest.raises(ValueError, match=r"'vgg', expected one of: mobilenetv3, res_18"):
        create_model(ModelSpec("vgg", {"hm": 1}, ("a",)))
