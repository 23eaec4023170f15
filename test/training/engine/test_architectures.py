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


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """The losses and gradients of all architectures, of one process and of two."""
    results = []
    for processes in (1, 2):
        result = tmp_path_factory.mktemp("learned") / f"{processes}.json"
        script = ROOT / "test/support/learn_in_processes.py"
        command = [sys.executable, script, ROOT, str(processes), result, *DISTINCT]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=500)
        assert finished.returncode == 0, finished.stderr
        results.append(json.loads(result.read_text()))
    return results


@pytest.mark.parametrize("arch", DISTINCT)
def test_two_processes_learn_as_one_does(arch: str, learned: list[dict]) -> None:
    """The same losses, the same gradients of the same parameters, and none left over."""
    one, two = (results[arch] for results in learned)
    assert two["losses"] == pytest.approx(one["losses"], rel=1e-5)
    assert one["left"] == two["left"] == []
    assert len(one["gradients"]) == len(two["gradients"]) == 2
    for expected, gradients in zip(one["gradients"], two["gradients"]):
        floor = FLOOR * max(expected.values())
        assert gradients == pytest.approx(expected, rel=TOLERANCE, abs=floor)
