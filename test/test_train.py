"""Training from Python."""

import os
from pathlib import Path

import pytest

from centernet_ros import train


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A share folder without training, of a package that lies in site-packages."""
    monkeypatch.setattr(train.centernet_ros, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    monkeypatch.setattr(train, "find_share_folder", lambda: tmp_path / "share")
    return tmp_path / "share"


def test_installed_training_is_found(elsewhere):
    (elsewhere / "training").mkdir(parents=True)
    (elsewhere / train.SCRIPT).touch()
    command, environment = train.make_command(["DATA"])
    assert command[1:] == [str(elsewhere / train.SCRIPT), "DATA"]
    assert environment["PYTHONPATH"].split(os.pathsep)[0] == str(elsewhere)


def test_not_installed(elsewhere):
    with pytest.raises(ValueError, match=r"share/training/train\.py: not installed"):
        train.make_command([])


def test_settings_are_options():
    settings = {
        "epochs": 60,
        "input": {"size": [256, 320], "resize": "contain"},
        "batch_size": "auto",
        "flip_test": True,
        "resume": False,
    }
    assert train.list_options(settings) == [
        "--epochs", "60", "--input.size", "[256, 320]", "--input.resize", "contain",
        "--batch_size", "auto", "--flip_test", "true",
    ]  # fmt: skip
    assert train.list_options({"resume": True}) == ["--resume"]


@pytest.mark.slow
def test_a_training_gives_the_figures_of_its_best_checkpoint(own, tmp_path):
    output = tmp_path / "run"
    figures = train.train(
        own("yolo"), output, epochs=1, workers=0, input={"size": [64, 64]}, batch_size=4
    )
    assert {"AP", "AP50", "threshold"} <= figures.keys()
    assert (output / "best.pt").is_file()
    with pytest.raises(train.TrainingFailedError, match="ended with status 1"):
        train.train(Path("nowhere"), output)
