"""Every network against the maps that the authors' code computed."""

import json

import pytest
import torch

from centernet_ros.models import ARCHITECTURES, ModelSpec, create_model
from centernet_ros.models.fusion import fuse_conv_norm

CASES = (
    "res_18_ctdet",
    "res_18_multi_pose",
    "res_101_ctdet",
    "res_101_ddd",
    "resdcn_18_ctdet",
    "resdcn_18_ddd",
    "resdcn_101_ctdet",
    "resdcn_101_multi_pose",
    "dla_34_ctdet",
    "dla_34_multi_pose",
    "dlav0_34_ctdet",
    "dlav0_34_ddd",
    "hourglass_ctdet",
    "hourglass_ddd",
)
HEADS = {
    "ctdet": {"hm": 80, "wh": 2, "reg": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
}
PARAMETERS = {
    ("res_18", "ctdet"): 15_820_372,
    ("res_101", "ddd"): 53_873_811,
    ("resdcn_18", "multi_pose"): 14_546_443,
    ("resdcn_101", "ctdet"): 49_673_189,
    # The authors' networks have an unused classifier of 513,000 besides.
    ("dla_34", "ctdet"): 20_188_892 - 513_000,
    ("dlav0_34", "ddd"): 18_900_907 - 513_000,
    ("hourglass", "multi_pose"): 194_811_124,
}


def create_bare(arch, task):
    heads = HEADS[task]
    with torch.device("meta"):
        return create_model(ModelSpec(arch, heads, tuple(map(str, range(heads["hm"])))))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_equals_the_authors(name, load_reference, measure_deviation):
    model = load_reference(name)
    assert name == f"{model.arch}_{model.task}"
    assert model.heads == dict(HEADS[model.task])
    assert model.num_classes == model.heads["hm"]
    limit = 5e-5 if model.arch == "hourglass" else 1e-5
    single = measure_deviation(model, name, torch.float32)
    fused = measure_deviation(fuse_conv_norm(model), name, torch.float32)
    double = measure_deviation(model, name, torch.float64)
    print(f"{name}: float64 {double:.1e}, float32 {single:.1e}, float32 fused {fused:.1e}")
    assert double < 1e-9
    assert single < limit
    assert fused < limit


@pytest.mark.parametrize("task", HEADS)
@pytest.mark.parametrize(
    "arch", ["res_18", "res_101", "resdcn_18", "resdcn_101", "dla_34", "dlav0_34", "hourglass"]
)
def test_names_and_order_of_tensors(arch, task, shared):
    keys = json.loads((shared / f"reference/keys/{arch}_{task}.json").read_text())
    expected = [(name, shape) for name, shape in keys.items() if not name.startswith("base.fc.")]
    state = create_bare(arch, task).state_dict()
    assert [(name, list(tensor.shape)) for name, tensor in state.items()] == expected


@pytest.mark.parametrize(("arch", "task"), PARAMETERS)
def test_parameter_counts(arch, task):
    count = sum(p.numel() for p in create_bare(arch, task).parameters())
    assert count == PARAMETERS[arch, task]


def test_every_architecture_takes_any_heads():
    for arch in ARCHITECTURES:
        with torch.device("meta"):
            model = create_model(
                ModelSpec(arch, {"hm": 2, "other": 5}, ("a", "b"), head_conv=8)
            ).eval()
            maps = model(torch.empty(1, 3, 128, 256))
        assert {name: tuple(m.shape) for name, m in maps.items()} == {
            "hm": (1, 2, 32, 64),
            "other": (1, 5, 32, 64),
        }, arch
