import dataclasses

import pytest
import torch

from centernet_ros.models import ARCHITECTURES, ModelSpec, create_model, load_model, save_model
from centernet_ros.models.joint import join_specs, split_maps

SPECS = (
    ModelSpec("res_18", {"hm": 2, "wh": 2, "reg": 2}, ("cat", "dog")),
    ModelSpec("res_18", {"hm": 1, "dep": 1, "rot": 8, "dim": 3}, ("Car",), focal_length=700.0),
    ModelSpec(
        "res_18",
        {"hm": 1, "hps": 34, "hm_hp": 17, "hp_offset": 2},
        ("person",),
        pose_decoder="weighted",
    ),
)


@pytest.mark.parametrize("arch", sorted(ARCHITECTURES))
def test_every_architecture_takes_the_heads_of_all_tasks(arch):
    spec = join_specs([dataclasses.replace(spec, arch=arch) for spec in SPECS])
    with torch.device("meta"):
        maps = create_model(spec).eval()(torch.zeros(1, 3, 64, 128))
    parts = split_maps(maps, spec)
    assert list(parts) == ["ctdet", "ddd", "multi_pose"]
    for task, part in spec.tasks.items():
        assert {head: v.shape[1] for head, v in parts[task].items()} == part.heads
        assert all(v.shape[2:] == (16, 32) for v in parts[task].values())


def test_checkpoint_keeps_each_tasks_description(tmp_path):
    model = create_model(join_specs(SPECS))
    save_model(model, tmp_path / "joint.pt")
    loaded = load_model(tmp_path / "joint.pt")
    assert loaded.spec == model.spec
    assert loaded.spec.tasks == {"ctdet": SPECS[0], "ddd": SPECS[1], "multi_pose": SPECS[2]}


def test_maps_of_one_task_keep_their_names():
    maps = {head: torch.zeros(1, n, 2, 2) for head, n in SPECS[0].heads.items()}
    assert split_maps(maps, SPECS[0]) == {"ctdet": maps}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arch": "res_34"}, "different arch"),
        ({"head_conv": 32}, "different head_conv"),
        ({"heads": {"hm": 1, "wh": 2}}, "expected one per task"),
    ],
)
def test_what_cannot_be_joined(change, message):
    with pytest.raises(ValueError, match=message):
        join_specs([SPECS[0], dataclasses.replace(SPECS[1], **change)])


def test_a_joint_network_has_no_single_task():
    spec = join_specs(SPECS)
    with pytest.raises(ValueError, match="ctdet, ddd, multi_pose: expected one"):
        _ = spec.task
    with pytest.raises(ValueError, match="one list of classes for the 3 tasks"):
        dataclasses.replace(spec, class_names=("cat",))
