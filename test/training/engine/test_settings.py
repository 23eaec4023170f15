import pytest

from centernet_ros.models import create_model
from training.engine.settings import Settings, SettingsOfTasks, TaskSettings, make_spec
from training.losses import LossOptions
from training.targets.options import TargetOptions


def test_learning_rate_falls_after_the_steps():
    settings = Settings(learning_rate=1.0, learning_rate_steps=(90, 120))
    rates = [settings.learning_rate_at(epoch) for epoch in (0, 89, 90, 119, 120)]
    assert rates == pytest.approx([1, 1, 0.1, 0.1, 0.01])


def test_learning_rate_follows_a_cosine():
    settings = Settings(learning_rate=1.0, epochs=6, learning_rate_schedule="cosine")
    rates = [settings.learning_rate_at(epoch) for epoch in range(6)]
    assert rates[0] == 1
    assert rates[2:5:2] == pytest.approx([0.75, 0.25])
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"batch_norm": "none"}, "batch_norm 'none', expected batch, synchronized, frozen"),
        ({"learning_rate_schedule": "linear"}, "learning_rate_schedule 'linear', expected steps"),
        ({"precision": "16"}, "precision '16', expected 32-true"),
        ({"learning_rate": 0.0}, "learning_rate 0.0, expected more than 0"),
        ({"accumulate": 0}, "accumulate 0, expected 1 or more"),
        ({"workers": -1}, "workers -1, expected 0 or more"),
        ({"ema_decay": 1.0}, "ema_decay 1.0, expected at least 0 and less than 1"),
        ({"trainable_heads": ("dep",)}, "batch_norm 'batch', expected frozen as only heads learn"),
        (
            {"batch_norm": "frozen", "precise_bn_batches": 8},
            "precise_bn_batches 8, expected 0 as the batch norms are frozen",
        ),
    ],
)
def test_impossible_values(values, message):
    with pytest.raises(ValueError, match=message):
        Settings(**values)


def test_size_per_class_widens_its_head():
    settings = Settings(arch="res_18", targets=TargetOptions(size_per_class=True))
    spec = make_spec(settings, "ctdet", ("a", "b", "c"))
    assert create_model(spec).heads == {"hm": 3, "wh": 6, "reg": 2}


def test_a_task_may_have_settings_of_its_own():
    own = TaskSettings(batch_size=2, loss=LossOptions(normalizer="num_objects"))
    settings = Settings(batch_size=8, tasks=SettingsOfTasks(ddd=own))
    assert settings.for_task("ddd").batch_size == 2
    assert settings.for_task("ddd").loss.normalizer == "num_objects"
    assert settings.for_task("ddd").targets == settings.targets
    assert settings.for_task("ctdet").batch_size == 8
