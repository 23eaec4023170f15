from dataclasses import replace

import pytest
import torch

from centernet_ros.models import CheckpointError, ModelSpec, create_model, save_model
from centernet_ros.models.checkpoint import read_checkpoint
from centernet_ros.models.joint import join_specs
from training.engine.init_weights import compare_specs, take_weights
from training.engine.settings import HEADS


def make_model(arch="res_18", classes=2):
    names = tuple(f"class {i} of {classes}" for i in range(classes))
    return create_model(ModelSpec(arch, {"hm": classes, **HEADS["ctdet"]}, names))


def test_heads_of_other_classes_start_anew(tmp_path):
    source, model = make_model(classes=3), make_model()
    save_model(source, tmp_path / "a.pt")
    report = take_weights(model, tmp_path / "a.pt")
    assert set(report.initial) == set(report.unused) == {"hm.2.weight", "hm.2.bias"}
    for name in report.taken:
        assert torch.equal(model.state_dict()[name], source.state_dict()[name])
    assert f"{len(report.taken)} tensors taken; 2 keep their initial values (hm.2" in str(report)


def test_another_input_than_the_weights_know_is_told(tmp_path):
    source, model = make_model(), make_model()
    save_model(source, tmp_path / "a.pt")
    assert compare_specs(read_checkpoint(tmp_path / "a.pt"), model.spec) == []
    other = replace(model.spec.input, size=(256, 256), mean=(0.0, 0.0, 0.0))
    told = compare_specs(read_checkpoint(tmp_path / "a.pt"), replace(model.spec, input=other))
    assert len(told) == 2
    assert told[0] == "input.size was (512, 512) and is (256, 256)"
    assert told[1].startswith("input.mean was (0.4")
    torch.save(source.state_dict(), tmp_path / "bare.pth")
    assert compare_specs(read_checkpoint(tmp_path / "bare.pth"), model.spec) == []


@pytest.mark.parametrize(("arch", "prefix"), [("res_18", ""), ("dlav0_34", "base.")])
def test_bare_trunks(arch, prefix, tmp_path):
    """As torchvision's ResNets and the DLA of ImageNet: a state_dict with a classifier."""
    source, model = make_model(arch), make_model(arch)
    trunk = {
        name.removeprefix(prefix): tensor
        for name, tensor in source.state_dict().items()
        if (name.startswith(prefix) if prefix else name.startswith(("conv1", "bn1", "layer")))
    }
    torch.save(trunk | {"fc.weight": torch.zeros(1000, 512)}, tmp_path / "trunk.pth")
    report = take_weights(model, tmp_path / "trunk.pth")
    assert len(report.taken) == len(trunk)
    assert all(name.startswith(prefix) for name in report.taken)


def test_bare_files_of_data_parallel_networks(tmp_path):
    """As ExtremeNet's for the hourglass, whose heads have names of their own."""
    source, model = make_model(), make_model()
    trunk = {n: t for n, t in source.state_dict().items() if not n.startswith("hm.")}
    bare = {f"module.{name}": tensor for name, tensor in trunk.items()}
    torch.save(bare | {"module.t_heats.0.weight": torch.zeros(2)}, tmp_path / "ExtremeNet.pkl")
    report = take_weights(model, tmp_path / "ExtremeNet.pkl")
    assert set(report.taken) == set(trunk)
    assert report.unused == ("t_heats.0.weight",)
    assert torch.equal(model.conv1.weight, source.conv1.weight)


def test_unusable_starts_are_refused(tmp_path):
    model = make_model()
    with pytest.raises(CheckpointError, match="no such file"):
        take_weights(model, tmp_path / "none.pt")
    torch.save({"x": torch.zeros(1)}, tmp_path / "other.pt")
    with pytest.raises(CheckpointError, match=r"other\.pt: no tensor fits res_18"):
        take_weights(model, tmp_path / "other.pt")
    (tmp_path / "text.pt").write_text("no checkpoint")
    with pytest.raises(CheckpointError, match=r"text\.pt: damaged"):
        take_weights(model, tmp_path / "text.pt")


@pytest.mark.parametrize("arch", ["res_18", "mobilenetv3"])
def test_heads_of_one_task_start_that_task_of_several(arch, tmp_path):
    source = make_model(arch)
    save_model(source, tmp_path / "a.pt")
    other = ModelSpec(arch, {"hm": 2, **HEADS["ddd"]}, source.spec.class_names)
    model = create_model(join_specs([source.spec, other]))
    report = take_weights(model, tmp_path / "a.pt")
    assert not report.unused
    assert all("ddd/" in name for name in report.initial)
    weights = {name.replace("ctdet/", ""): tensor for name, tensor in model.state_dict().items()}
    for name, tensor in source.state_dict().items():
        assert torch.equal(weights[name], tensor)


def test_heads_get_hidden_channels_and_compute_the_same(tmp_path):
    source = make_model("mobilenetv3")
    for parameter in source.head.parameters():
        torch.nn.init.normal_(parameter)
    save_model(source, tmp_path / "a.pt")
    model = create_model(replace(source.spec, head_conv=16))
    report = take_weights(model, tmp_path / "a.pt")
    assert not report.initial
    assert not report.unused
    images = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        for head, expected in source.eval()(images).items():
            torch.testing.assert_close(model.eval()(images)[head], expected)
    narrow = create_model(replace(source.spec, head_conv=3))
    assert "head.wh.3.weight" in take_weights(narrow, tmp_path / "a.pt").initial
