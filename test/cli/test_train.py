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


def test_becomes_the_training(monkeypatch):
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    monkeypatch.setattr(sys, "argv", ["centernet_train", "DATA"])
    train.main()
    ((program, command, environment),) = started
    assert (program, command[0], command[-1]) == (sys.executable, sys.executable, "DATA")
    assert Path(command[1]).name == "train.py"
    assert str(Path(command[1]).parents[1]) in environment["PYTHONPATH"].split(os.pathsep)
