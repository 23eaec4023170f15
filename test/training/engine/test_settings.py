import pytest

from centernet_ros.models import create_model
from training.engine.settings import Settings, make_spec, read_settings


def test_every_configuration_is_valid(root):
    paths = sorted((root / "config/training").glob("*.yaml"))
    assert len(paths) > 10
    for path in paths:
        settings = read_settings(path)
        assert isinstance(settings.lr, float)
        assert 0 < settings.lr < 0.01
        if settings.lr_schedule == "steps":
            assert all(0 < step < settings.epochs for step in settings.lr_steps)


def test_rates_fall_after_the_steps():
    settings = Settings(lr=1.0, lr_steps=(90, 120))
    rates = [settings.find_rate(epoch) for epoch in (0, 89, 90, 119, 120)]
    assert rates == pytest.approx([1, 1, 0.1, 0.1, 0.01])


def test_rates_follow_a_cosine():
    settings = Settings(lr=1.0, epochs=6, lr_schedule="cosine")
    rates = [settings.find_rate(epoch) for epoch in range(6)]
    assert rates[0] == 1
    assert rates[2:5:2] == pytest.approx([0.75, 0.25])
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0


def test_changes_from_the_command_line(root):
    path = root / "config/training/coco_dla_1x.yaml"
    settings = read_settings(path, ["lr=0.5", "loss={weights: {wh: 0.2}}", "start=a.pth"])
    assert settings.lr == 0.5
    assert settings.make_loss_options().weights == {"wh": 0.2}
    assert settings.start == "a.pth"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("rate=1", "unknown field rate, expected some of: arch"),
        ("norms=none", "norms 'none', expected batch"),
        ("lr_schedule=linear", "lr_schedule 'linear', expected steps or cosine"),
        ("loss={weights: {size: 1}}", "unknown head size"),
        ("input={resize: zoom}", "input resize 'zoom'"),
        ("learn=[dep]", "norms 'batch', expected frozen as only heads learn"),
        ("lr=[", "is not YAML fields"),
        ("lr=fast", "lr 'fast', expected a number"),
    ],
)
def test_wrong_values_are_named(change, message, root):
    with pytest.raises(ValueError, match=message):
        read_settings(root / "config/training/coco_dla_1x.yaml", [change])
    with pytest.raises(ValueError, match="no such file"):
        read_settings(root / "config/none.yaml")


def test_frozen_norms_are_not_measured():
    with pytest.raises(ValueError, match="measured_batches 8, expected 0"):
        Settings(norms="frozen", measured_batches=8)
    with pytest.raises(ValueError, match="ema_decay 1, expected at least 0 and less than 1"):
        Settings(ema_decay=1)


def test_size_per_class_widens_its_head():
    settings = Settings(arch="res_18", targets={"size_per_class": True})
    spec = make_spec(settings, "ctdet", ("a", "b", "c"))
    assert create_model(spec).heads == {"hm": 3, "wh": 6, "reg": 2}


def test_a_task_may_have_settings_of_its_own():
    settings = Settings(batch_size=8, tasks={"ddd": {"batch_size": 2, "loss": {"per": "object"}}})
    assert settings.for_task("ddd").batch_size == 2
    assert settings.for_task("ddd").make_loss_options().per == "object"
    assert settings.for_task("ctdet").batch_size == 8
    with pytest.raises(ValueError, match="tasks: unknown lr, expected one of ctdet"):
        Settings(tasks={"ddd": {"lr": 1.0}})
    with pytest.raises(ValueError, match="tasks: unknown 3d"):
        Settings(tasks={"3d": {}})


def test_only_poses_are_turned():
    settings = Settings(augmentation={"turn_share": 0.5, "turn": 20.0})
    assert settings.make_augmentation("multi_pose").turn == 20
    with pytest.raises(ValueError, match="turn_share is for poses alone"):
        settings.make_augmentation("ctdet")


def test_objects_are_pasted_in_space_alone():
    settings = Settings(augmentation={"paste": 3})
    assert settings.make_augmentation("ddd").paste == 3
    with pytest.raises(ValueError, match="paste is for 3D alone"):
        settings.make_augmentation("ctdet")
