import pytest
import torch

from centernet_ros.labels import COCO_CLASSES, KITTI_CLASSES, PASCAL_CLASSES
from centernet_ros.models import CheckpointError, ModelSpec, create_model, load_model

COCO_MEAN = (0.40789654, 0.44719302, 0.47026115)
IMAGENET_MEAN = (0.485, 0.456, 0.406)


def create_weights(arch="resdcn_18", heads=None, **options):
    heads = heads or {"hm": 80, "wh": 2, "reg": 2}
    names = tuple(map(str, range(heads.get("hm", 0))))
    return create_model(ModelSpec(arch, heads, names, **options)).state_dict()


@pytest.mark.parametrize(
    ("heads", "class_names", "size", "mean"),
    [
        ({"hm": 80, "wh": 2, "reg": 2}, COCO_CLASSES, (512, 512), COCO_MEAN),
        ({"hm": 20, "wh": 2, "reg": 2}, PASCAL_CLASSES, (384, 384), IMAGENET_MEAN),
        ({"hm": 2, "wh": 4}, ("class 0", "class 1"), (512, 512), COCO_MEAN),
        ({"hm": 1, "wh": 2, "hps": 34}, ("person",), (512, 512), COCO_MEAN),
        ({"hm": 3, "dep": 1, "rot": 8, "dim": 3}, KITTI_CLASSES, (384, 1280), IMAGENET_MEAN),
    ],
)
def test_infers_the_data(write_checkpoint, heads, class_names, size, mean):
    spec = load_model(write_checkpoint(create_weights(heads=heads))).spec
    assert spec.heads == heads
    assert spec.class_names == class_names
    assert (spec.input.size, spec.input.mean, spec.input.channel_order) == (size, mean, "bgr")
    assert (spec.focal_length is not None) == ("dep" in heads)


@pytest.mark.parametrize("arch", ["res_34", "res_50", "resdcn_34", "resdcn_50", "resdcn_152"])
def test_tells_depths_apart(write_checkpoint, arch):
    assert load_model(write_checkpoint(create_weights(arch))).arch == arch


@pytest.mark.parametrize("head_conv", [0, 32])
@pytest.mark.parametrize("arch", ["dla_34", "dlav0_34", "res_18"])
def test_infers_the_head_width(write_checkpoint, arch, head_conv):
    weights = create_weights(arch, head_conv=head_conv)
    model = load_model(write_checkpoint(weights))
    assert (model.arch, model.spec.head_conv) == (arch, head_conv)


def test_names_of_data_parallel_and_of_pytorch_0_4_0(write_checkpoint):
    weights = create_weights("dla_34")
    weights |= {"base.fc.weight": torch.ones(1000, 512, 1, 1), "base.fc.bias": torch.ones(1000)}
    old = {
        f"module.{name}": tensor
        for name, tensor in weights.items()
        if not name.endswith("num_batches_tracked")
    }
    loaded = load_model(write_checkpoint(old)).state_dict()
    assert all(torch.equal(tensor, weights[name]) for name, tensor in loaded.items())


def test_tensors_saved_on_cuda(write_checkpoint):
    path = write_checkpoint(create_weights("res_18"))
    content = path.read_bytes()
    # Legacy files tag each storage with its device; no tag of this length occurs elsewhere.
    tagged = content.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0")
    assert tagged != content
    path.write_bytes(tagged)
    assert {p.device.type for p in load_model(path).parameters()} == {"cpu"}


def test_optimizer_state_is_ignored(tmp_path):
    model = create_model(ModelSpec("res_18", {"hm": 1, "wh": 2}, ("a",)))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(2, 3, 64, 64))["hm"].sum().backward()
    optimizer.step()
    content = {
        "epoch": 1,
        "state_dict": model.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    torch.save(content, tmp_path / "last.pth")
    assert load_model(tmp_path / "last.pth").arch == "res_18"


def rename(weights, old, new):
    return {name.replace(old, new): tensor for name, tensor in weights.items()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w | {"hm.2.weight": torch.ones(4, 64, 1, 1)}, r"hm\.2\.bias is \(80,\), exp"),
        (lambda w: w | {"hm.0.bias": torch.ones(3)}, r"hm\.0\.bias is \(3,\), expected \(64,\)"),
        (lambda w: w | {"layer1.0.more": torch.ones(1)}, r"layer1\.0\.more is \(1,\), exp.* none"),
        (lambda w: {k: w[k] for k in w if k != "bn1.bias"}, r"bn1\.bias is missing, expected"),
        (lambda w: rename(w, "layer", "block"), "tensors of no known architecture"),
        (lambda w: rename(w, "hm.", "hm_c."), "heads of no known task: hm_c, wh, reg; expected"),
        (lambda w: rename(w, "wh.", "dep."), "heads of no known task: hm, dep, reg"),
        (lambda w: w | {"reg.2.weight": torch.ones(3, 64, 1, 1)}, "reg has 3 channels, expected"),
        (lambda w: w | {"hm.2.bias": torch.full((80,), torch.nan)}, r"not finite in hm\.2\.bias"),
    ],
)
def test_refuses_what_does_not_fit(write_checkpoint, change, message):
    with pytest.raises(CheckpointError, match=message):
        load_model(write_checkpoint(change(create_weights())))


def test_class_names_of_another_length(write_checkpoint):
    path = write_checkpoint(create_weights())
    with pytest.raises(CheckpointError, match="2 class names for a heat map of 80 channels"):
        load_model(path, class_names=["cat", "dog"])
