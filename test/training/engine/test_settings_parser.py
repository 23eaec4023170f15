from dataclasses import replace
from pathlib import Path

import pytest
import torch

from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from centernet_ros.skeleton import Skeleton
from training.augmentation.options import AUTHORS_AUGMENTATION
from training.engine.settings import Settings, make_spec
from training.engine.settings_parser import (
    add_settings,
    build_settings,
    expand_set,
    find_configuration,
    make_settings_parser,
    read_settings,
)


def test_every_configuration_is_valid(root):
    paths = sorted((root / "config/training").glob("*.yaml"))
    assert len(paths) > 10
    for path in paths:
        if path.stem.startswith("joint"):
            continue  # has settings of its tasks, see below
        settings = read_settings(path.stem)
        assert 0 < settings.learning_rate < 0.01
        if settings.learning_rate_schedule == "steps":
            assert all(0 < step < settings.epochs for step in settings.learning_rate_steps)


def test_joint_configuration_is_valid():
    settings = read_settings("joint_mobilenetv3", task=None)
    assert settings.for_task("ctdet").heads == {"ltrb": 4}
    assert settings.for_task("ddd").batch_size == 8
    assert settings.for_task("ddd").augmentation.crop == "shift"
    assert settings.for_task("multi_pose").batch_size == 32


def test_one_field_changes_and_its_neighbours_stay():
    before = read_settings("roads_mobilenetv3", task="ddd")
    changes = [
        "--input.size", "[96, 320]", "--loss.weights.rot", "2", "--augmentation.flip_prob", "0.1",
        "--learning_rate", "5e-4",
    ]  # fmt: skip
    after = read_settings("roads_mobilenetv3", changes, "ddd")
    assert after.input.size == (96, 320)
    assert after.input.mean == before.input.mean != (0.5, 0.5, 0.5)
    assert after.input.resize == before.input.resize == "focal_length"
    assert after.loss.weights == before.loss.weights | {"rot": 2}
    assert after.augmentation.flip_prob == 0.1
    assert after.augmentation.degrade is before.augmentation.degrade is True
    assert after.learning_rate == 5e-4


def test_weights_bring_what_they_were_learned_with(tmp_path):
    """Above the settings' own defaults, below what configuration and options say."""
    spec = ModelSpec(
        "mobilenetv3", {"hm": 1, "wh": 2}, ("bolt",), InputSpec((64, 96), mean=(0.0, 0.0, 0.0)), 32
    )
    save_model(create_model(spec), tmp_path / "bolts.pt")
    (tmp_path / "own.yaml").write_text("input: {size: [128, 128]}\nepochs: 3\n")
    changes = ["--init_weights", str(tmp_path / "bolts.pt"), "--input.pad", "bottom_right"]
    settings = read_settings(str(tmp_path / "own.yaml"), changes)
    assert (settings.arch, settings.head_conv) == ("mobilenetv3", 32)
    assert settings.input == InputSpec((128, 128), pad="bottom_right", mean=(0.0, 0.0, 0.0))
    named = f"init_weights: {tmp_path / 'bolts.pt'}\n"
    (tmp_path / "named.yaml").write_text(named)
    assert read_settings(str(tmp_path / "named.yaml")).input == spec.input
    assert read_settings(str(tmp_path / "named.yaml"), ["--arch", "res_18"]).arch == "res_18"


def test_resizing_is_taken_whole_or_not_at_all(tmp_path):
    """How weights resized images does not go with another way of resizing."""
    dynamic = InputSpec((64, 96), "contain", "bottom_right", dynamic=True, mean=(0.0, 0.0, 0.0))
    spec = ModelSpec("mobilenetv3", {"hm": 1, "wh": 2}, ("bolt",), dynamic)
    save_model(create_model(spec), tmp_path / "bolts.pt")
    (tmp_path / "own.yaml").write_text("input: {resize: width}\n")
    settings = read_settings(
        str(tmp_path / "own.yaml"), ["--init_weights", str(tmp_path / "bolts.pt")]
    )
    assert settings.input == InputSpec((64, 96), "width", mean=(0.0, 0.0, 0.0))


def test_named_weights_know_better_than_the_default_configuration(tmp_path):
    spec = ModelSpec("res_18", {"hm": 1, "wh": 2}, ("bolt",), InputSpec((64, 96), "contain"), 32)
    save_model(create_model(spec), tmp_path / "bolts.pt")
    words = ["--init_weights", "none", f"--init_weights={tmp_path / 'bolts.pt'}"]
    words += ["--input.size", "[96, 96]"]
    parser = make_settings_parser()
    add_settings(parser, "finetune", "ctdet", words)
    settings = build_settings(parser, parser.parse_args(words))
    assert (settings.arch, settings.head_conv) == ("res_18", 32)
    assert settings.input == replace(spec.input, size=(96, 96))
    assert settings.epochs == read_settings("finetune").epochs


@pytest.mark.parametrize("weights", ["missing.pt", "nobody", "text.pt", "foreign.pth"])
def test_weights_of_others_bring_nothing(tmp_path, monkeypatch, weights):
    monkeypatch.chdir(tmp_path)
    Path("text.pt").write_text("no checkpoint")
    torch.save({"conv.weight": torch.zeros(1)}, "foreign.pth")
    Path("own.yaml").write_text("epochs: 3\n")
    settings = read_settings("./own.yaml", ["--init_weights", weights])
    assert settings == replace(Settings(), epochs=3, init_weights=weights)


def test_set_is_another_way_to_write_options():
    changes = ["--set", "epochs=3", "input={size: [96, 320]}", "--seed", "4", "--set", "lr=1"]
    assert expand_set(changes) == [
        "--epochs=3", "--input={size: [96, 320]}", "--seed", "4", "--lr=1",
    ]  # fmt: skip
    before = read_settings("roads_mobilenetv3", task="ddd")
    after = read_settings("roads_mobilenetv3", changes[:-2], "ddd")
    assert (after.epochs, after.seed, after.input.size) == (3, 4, (96, 320))
    assert after.input.mean == before.input.mean
    assert after.input.resize == before.input.resize


@pytest.mark.parametrize("task", AUTHORS_AUGMENTATION)
def test_augmentation_is_the_task_s_own(task):
    assert read_settings("coco_dla_1x", task=task).augmentation == AUTHORS_AUGMENTATION[task]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--learning_rat", "1"], "--learning_rat 1; did you mean learning_rate?"),
        (["--input.siz", "[1, 2]"], "--input.siz [1, 2]; did you mean input.size?"),
        (["--epoch", "3"], "--epoch 3; did you mean epochs?"),
        (["--epochs", "ten"], "epochs ten, expected int"),
        (["--batch_size", "many"], "batch_size many, expected int or auto"),
        (["--head_conv", "many"], "head_conv many, expected int or null"),
        (["--precision", "16"], "precision 16, expected one of: 32-true, 16-mixed, bf16-mixed"),
        (["--input.size", "256"], "input.size 256, expected a list such as [1, 2]"),
        (
            ["--augmentation.crop", "zoom"],
            "augmentation.crop zoom, expected one of: random, shift",
        ),
    ],
)
def test_wrong_words_are_one_line(words, message, capsys):
    with pytest.raises(SystemExit):
        read_settings("coco_dla_1x", words)
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch: 3", "Option 'epoch' is not accepted; did you mean epochs?"),
        ("input: {resiz: none}", "did you mean input.resize?"),
        ("epochs: ten", "epochs ten, expected int"),
        ("input: [1", "did not find expected"),
    ],
)
def test_wrong_files_are_named_in_one_line(text, message, tmp_path, capsys):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(SystemExit):
        read_settings(str(path))
    err = capsys.readouterr().err
    assert f"{path}: " in err
    assert message in err
    assert err.count("\n") == 1


def test_values_that_do_not_go_together():
    with pytest.raises(ValueError, match="loss weight of unknown head size, expected some of: hm"):
        read_settings("coco_dla_1x", ["--loss.weights.size", "2"])
    with pytest.raises(ValueError, match="accumulate 0, expected 1 or more"):
        read_settings("coco_dla_1x", ["--accumulate", "0"])


def test_unknown_configuration_is_answered_with_the_names():
    assert find_configuration("kitti_dla").name == "kitti_dla.yaml"
    with pytest.raises(ValueError, match=r"expected a path or one of: .*; did you mean kitti_dla"):
        find_configuration("kitti_dls")


def test_weights_bring_heads_and_decoder_of_the_same_task(tmp_path):
    heads = {"hm": 1, "wh": 2, "reg": 2, "hps": 6, "hm_hp": 3, "hp_offset": 6}
    joints = Skeleton(("nose", "tail", "paw"))
    spec = ModelSpec("res_18", heads, ("dog",), pose_decoder="weighted", skeleton=joints)
    save_model(create_model(spec), tmp_path / "dogs.pt")
    parser = make_settings_parser()
    words = ["--init_weights", str(tmp_path / "dogs.pt")]
    add_settings(parser, "finetune_pose", "multi_pose", words)
    settings = build_settings(parser, parser.parse_args(words))
    assert settings.pose_decoder == "weighted"
    # Of other joints there is an offset each, too.
    skeleton = Skeleton(("beak", "tail"))
    started = make_spec(settings, "multi_pose", ("bird",), skeleton=skeleton)
    assert started.heads == heads | {"hps": 4, "hm_hp": 2, "hp_offset": 4}
    assert started.pose_decoder == "weighted"
    of_boxes = read_settings("finetune", words)
    assert of_boxes.heads == read_settings("finetune").heads
    assert make_spec(of_boxes, "ctdet", ("bird",)).pose_decoder == "nearest"
