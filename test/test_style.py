"""The code is clean by ruff and its types by mypy."""

import subprocess
import sys

import pytest

COMMANDS = ("ruff check .", "ruff format --check .", "mypy")


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_tool_has_nothing_to_say(root, command):
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
