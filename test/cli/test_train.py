import os
import subprocess
import sys
from pathlib import Path

import pytest

from centernet_ros.cli import train
from centernet_ros.inference.backends import libraries


def run(*arguments, **options):
    command = [sys.executable, "-m", "centernet_ros.cli.train", *arguments]
    return subprocess.run(command, capture_output=True, text=True, **options)


@pytest.mark.slow
def test_is_the_training_command(tmp_path):
    done = run(str(tmp_path / "none"), "--output", str(tmp_path / "run"))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"train.py: {tmp_path / 'none'}")


def test_without_its_libraries(monkeypatch, capsys):
    monkeypatch.setitem(libraries.EXTRAS, "training", ("jsonargparse", "no_such_library"))
    assert train.main() == 1
    assert "pip install jsonargparse no_such_library" in capsys.readouterr().err


def test_installed_training_is_found(monkeypatch, tmp_path):
    """Where the package lies in site-packages, the share folder has the training."""
    share = tmp_path / "share"
    (share / "training").mkdir(parents=True)
    (share / train.SCRIPT).touch()
    monkeypatch.setattr(train.centernet_ros, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    monkeypatch.setattr(train, "share_folder", lambda: share)
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    monkeypatch.setattr(sys, "argv", ["centernet_train", "DATA"])
    train.main()
    ((_, command, environment),) = started
    assert command[1:] == [str(share / train.SCRIPT), "DATA"]
    assert environment["PYTHONPATH"].split(os.pathsep)[0] == str(share)


def test_not_installed(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(train.centernet_ros, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    monkeypatch.setattr(train, "share_folder", lambda: Path(tmp_path))
    assert train.main() == 1
    assert "not installed" in capsys.readouterr().err
