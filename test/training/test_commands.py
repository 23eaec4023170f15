"""Every command of training/ runs in the same way."""

import runpy
import sys
from pathlib import Path

import pytest

COMMANDS = sorted(
    path
    for path in (Path(__file__).parents[2] / "training").glob("*.py")
    if path.name != "__init__.py"
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda path: path.stem)
def test_command_shows_its_help(command, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(command), "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(command), run_name="__main__")
    assert ended.value.code == 0
    assert f"usage: {command.name}" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda path: path.stem)
def test_command_says_which_interpreter_runs_it(command):
    assert command.read_text().startswith("#!/usr/bin/env python3\n")
