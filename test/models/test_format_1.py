import pytest
import torch
from format_1_files import INPUTS, describe, expect

from centernet_ros.models import CheckpointError, ModelSpec, create_model, load_model
from centernet_ros.models.joint import join_specs


def save(path, spec, described):
    weights = create_model(spec).state_dict()
    torch.save({"format": "centernet_ros/1", "spec": described, "state_dict": weights}, path)


@pytest.mark.parametrize("mode", INPUTS)
def test_checkpoints(mode, tmp_path):
    save(tmp_path / "model.pt", expect(mode), describe(mode))
    assert load_model(tmp_path / "model.pt").spec == expect(mode)


def test_checkpoints_of_several_tasks(tmp_path):
    boxes = ModelSpec(
        "mobilenetv3", {"hm": 2, "wh": 2}, ("a", "b"), INPUTS["fit"], origin="a test"
    )
    spec = join_specs([expect("fit"), boxes])
    part = describe("fit", heads={"hm": 2, "wh": 2}, class_names=["a", "b"], pose_rule="nearest")
    parts = {"multi_pose": describe("fit"), "ctdet": part}
    described = describe(
        "fit", heads=dict(spec.heads), class_names=[], pose_rule="nearest", parts=parts
    )
    save(tmp_path / "model.pt", spec, described)
    assert load_model(tmp_path / "model.pt").spec == spec


def test_unknown_modes_and_formats_are_named(tmp_path):
    path = tmp_path / "model.pt"
    save(path, expect("fit"), describe("zoom"))
    with pytest.raises(CheckpointError, match=r"model\.pt: input mode 'zoom', expected one of"):
        load_model(path)
    torch.save({"format": "centernet_ros/3", "spec": {}, "state_dict": {}}, path)
    with pytest.raises(CheckpointError, match=r"format 'centernet_ros/3', expected 'centernet_"):
        load_model(path)
