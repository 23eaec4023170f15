"""Imports point downwards only: core <- conversions <- nodes <- tools."""

import subprocess
import sys


def test_imports_point_downwards(root):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 2 kept, 0 broken." in done.stdout
