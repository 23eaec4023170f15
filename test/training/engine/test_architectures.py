"""Every architecture learns the same in two processes as in one with the double batch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from published_architectures import DISTINCT

ROOT = Path(__file__).parents[3]
# Of a norm, and of the largest norm: float32, and samples of deformable convolutions that lie
# on a pixel's border.
TOLERANCE = 1e-2
FLOOR = 1e-6


def learn(processes: int, result: Path) -> dict[str, dict]:
    """The losses and gradients of all architectures, by name."""
    script = ROOT / "test/support/learn_in_processes.py"
    command = [sys.executable, script, ROOT, str(processes), result, *DISTINCT]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert finished.returncode == 0, finished.stderr
    return json.loads(result.read_text())


def test_two_processes_learn_as_one_does(tmp_path: Path) -> None:
    """The same losses, the same gradients of the same parameters, and none left over."""
    one_by_arch, two_by_arch = (learn(count, tmp_path / f"{count}.json") for count in (1, 2))
    for arch in DISTINCT:
        one, two = one_by_arch[arch], two_by_arch[arch]
        assert two["losses"] == pytest.approx(one["losses"], rel=1e-5), arch
        assert one["left"] == two["left"] == [], arch
        assert len(one["gradients"]) == len(two["gradients"]) == 2, arch
        for expected, gradients in zip(one["gradients"], two["gradients"]):
            floor = FLOOR * max(expected.values())
            assert gradients == pytest.approx(expected, rel=TOLERANCE, abs=floor), arch
