import pickle
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from centernet_ros.models import (
    CheckpointError,
    InputSpec,
    ModelSpec,
    create_model,
    load_model,
    save_model,
)
from centernet_ros.skeleton import Skeleton

SPEC = ModelSpec(
    "resdcn_18",
    {"hm": 2, "wh": 2, "reg": 2},
    ("cat", "dog"),
    InputSpec((320, 416), "none", dynamic=True, channel_order="rgb"),
    head_conv=16,
    focal_length=700.0,
    origin="a test",
)


@pytest.fixture
def saved(tmp_path):
    model = create_model(SPEC)
    save_model(model, tmp_path / "model.pth")
    return model, tmp_path / "model.pth"


def test_round_trip(saved):
    model, path = saved
    loaded = load_model(path)
    assert loaded.spec == SPEC
    assert not loaded.training
    assert all(
        torch.equal(tensor, model.state_dict()[name])
        for name, tensor in loaded.state_dict().items()
    )
    assert all(parameter.requires_grad for parameter in loaded.parameters())


def test_joints_of_its_own_are_kept(tmp_path):
    skeleton = Skeleton(("tip", "left", "right"), ((0, 1), (0, 2)), ((1, 2),), (0.1, 0.2, 0.2))
    heads = {"hm": 1, "wh": 2, "hps": 6, "reg": 2, "hm_hp": 3, "hp_offset": 2}
    spec = ModelSpec("res_18", heads, ("kite",), skeleton=skeleton, confidence_threshold=0.4)
    save_model(create_model(spec), tmp_path / "kite.pt")
    loaded = load_model(tmp_path / "kite.pt").spec
    assert loaded == spec
    assert loaded.joints == skeleton
    with pytest.raises(ValueError, match="3 joints of a network for 4"):
        replace(spec, heads={**heads, "hps": 8})


def test_other_class_names(saved):
    assert load_model(saved[1], ["chat", "chien"]).spec.class_names == ("chat", "chien")
    with pytest.raises(CheckpointError, match=r"model\.pth: 3 class names .* 2 channels"):
        load_model(saved[1], ["a", "b", "c"])


def test_missing_file(tmp_path):
    with pytest.raises(CheckpointError, match=r"none\.pth: no such file"):
        load_model(tmp_path / "none.pth")


def test_truncated_file(saved):
    path = saved[1]
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(CheckpointError, match=r"model\.pth: damaged"):
        load_model(path)


class Code:
    def __reduce__(self):
        return (print, ("this must not run",))


@pytest.mark.parametrize("legacy", [True, False])
def test_pickled_code_does_not_run(tmp_path, capsys, legacy):
    path = tmp_path / "code.pth"
    torch.save({"state_dict": Code()}, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(CheckpointError, match="not a checkpoint of tensors alone"):
        load_model(path)
    path.write_bytes(pickle.dumps({"state_dict": Code()}))
    with pytest.raises(CheckpointError):
        load_model(path)
    assert "must not run" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [[1, 2], {}, {"epoch": 3}, {"state_dict": {"a": 1}}])
def test_not_a_network(tmp_path, content):
    torch.save(content, tmp_path / "file.pth")
    with pytest.raises(CheckpointError, match=r"file\.pth: no state_dict of tensors"):
        load_model(tmp_path / "file.pth")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "centernet_ros/9"}, "format 'centernet_ros/9', expected 'centernet_ros/2'"),
        ({"spec": {"arch": "res_18"}}, "model description has the fields"),
        ({"spec": SPEC.to_dict() | {"input": {"resize": "a"}}}, "input resize 'a', expected one"),
        ({"spec": SPEC.to_dict() | {"input": {"mode": "a"}}}, "input description has the fields"),
        ({"spec": {**SPEC.to_dict(), "arch": "vgg"}}, "unknown architecture 'vgg'"),
        ({"spec": {**SPEC.to_dict(), "arch": "res_18"}}, "does not fit res_18"),
    ],
)
def test_description_that_does_not_fit(saved, change, message):
    path = saved[1]
    torch.save({**torch.load(path, weights_only=True), **change}, path)
    with pytest.raises(CheckpointError, match=message):
        load_model(path)


def test_bare_tensors(tmp_path):
    model = create_model(ModelSpec("res_18", {"hm": 3, "wh": 2, "reg": 2}, ("a", "b", "c")))
    torch.save(dict(model.state_dict()), tmp_path / "bare.pth")
    save_file(model.state_dict(), tmp_path / "bare.safetensors")
    for name in ("bare.pth", "bare.safetensors"):
        loaded = load_model(tmp_path / name)
        assert loaded.arch == "res_18"
        for key, tensor in loaded.state_dict().items():
            assert torch.equal(tensor, model.state_dict()[key]), key


def test_weights_that_are_not_finite(saved):
    model, path = saved
    with torch.no_grad():
        model.layer3[0].conv1.weight[0, 0, 0, 0] = float("nan")
    save_model(model, path)
    with pytest.raises(CheckpointError, match=r"not finite in layer3\.0\.conv1\.weight"):
        load_model(path)


def test_loading_does_not_import_the_compiler(saved):
    """PyTorch does for networks on the meta device: a second more, and 150 MiB."""
    code = f"""
import sys
from centernet_ros.models import load_model
load_model({str(saved[1])!r})
sys.exit(str({{"sympy", "torch._dynamo"}} & sys.modules.keys() or ""))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.strip() == ""
