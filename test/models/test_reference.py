"""Every network against the maps that the authors' code computed."""

import hashlib
import json

import pytest
import torch

from centernet_ros.models import ARCHITECTURES, ModelSpec, create_model
from centernet_ros.models.fusion import fuse_conv_norm

CASES = (
    ("res_18", "ctdet"),
    ("res_18", "multi_pose"),
    ("res_101", "ctdet"),
    ("res_101", "ddd"),
    ("resdcn_18", "ctdet"),
    ("resdcn_18", "ddd"),
    ("resdcn_101", "ctdet"),
    ("resdcn_101", "multi_pose"),
    ("dla_34", "ctdet"),
    ("dla_34", "multi_pose"),
    ("dlav0_34", "ctdet"),
    ("dlav0_34", "ddd"),
    ("hourglass", "ctdet"),
    ("hourglass", "ddd"),
)
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


@pytest.mark.slow
@pytest.mark.parametrize(("arch", "task"), CASES)
def test_equals_the_authors(arch, task, load_reference, measure_deviation):
    model = load_reference(arch, task)
    name = f"{arch}_{task}"
    assert (model.arch, model.task) == (arch, task)
    limit = 5e-5 if model.arch == "hourglass" else 1e-5
    single = measure_deviation(model, name, torch.float32)
    fused = measure_deviation(fuse_conv_norm(model), name, torch.float32)
    double = measure_deviation(model, name, torch.float64)
    print(f"{name}: float64 {double:.1e}, float32 {single:.1e}, float32 fused {fused:.1e}")
    assert double < 1e-9
    assert single < limit
    assert fused < limit


@pytest.mark.parametrize("task", ["ctdet", "ddd", "multi_pose"])
@pytest.mark.parametrize(
    "arch", ["res_18", "res_101", "resdcn_18", "resdcn_101", "dla_34", "dlav0_34", "hourglass"]
)
def test_names_and_order_of_tensors(arch, task, create_bare, reference_folder):
    expected = json.loads((reference_folder / "tensor_names.json").read_text())
    state = create_bare(arch, task).state_dict()
    text = json.dumps([[name, list(tensor.shape)] for name, tensor in state.items()])
    assert hashlib.sha256(text.encode()).hexdigest() == expected[f"{arch}_{task}"]


@pytest.mark.parametrize(("arch", "task"), PARAMETERS)
def test_parameter_counts(arch, task, create_bare):
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
