import json
import subprocess
import sys

import pytest

from training.repeat import summarize

# Leaves what a training leaves, and which seed and options it had; seed 3 is broken off once.
TRAINING = """
import json, sys
from pathlib import Path
output = Path(sys.argv[sys.argv.index("--output") + 1])
seed = int(sys.argv[sys.argv.index("--seed") + 1])
output.mkdir(parents=True, exist_ok=True)
resumed = "--resume" in sys.argv
if seed == 3 and not resumed:
    (output / "last.pt").touch()
    sys.exit(7)
figures = {"validation": {"AP": 0}, "test": {"AP": seed / 10, "resumed": int(resumed)}}
assert not (output / "figures.json").exists()
(output / "figures.json").write_text(json.dumps(figures))
"""


def test_summary_is_of_all_runs():
    summary = summarize([{"AP": 1.0}, {"AP": 2.0}, {"AP": 6.0}])
    assert summary["AP"] == pytest.approx({"mean": 3, "deviation": 7**0.5})


def test_broken_off_runs_go_on_and_finished_ones_stay(root, tmp_path):
    (tmp_path / "train.py").write_text(TRAINING)
    command = [
        sys.executable, "training/repeat.py", "--seeds", "1", "3", "--output", tmp_path / "runs",
        tmp_path / "train.py", "--config", "a.yaml",
    ]  # fmt: skip
    assert subprocess.run(command, cwd=root).returncode == 7
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "AP                       0.2000 +- 0.1414   0.1000  0.3000" in done.stdout
    content = json.loads((tmp_path / "runs/summary.json").read_text())
    assert content["runs"]["3"] == {"AP": 0.3, "resumed": 1}
    assert content["summary"]["AP"]["mean"] == pytest.approx(0.2)
