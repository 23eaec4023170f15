"""The measurement of ids, on a drive of a few frames."""

import json

from benchmarks import tracking
from training import make_scenes


def test_figures_of_a_short_drive(tmp_path, monkeypatch, capsys):
    drive, file = tmp_path / "drive", tmp_path / "figures.json"
    size = ["--size", "310", "94", "--supersampling", "1"]
    scenes = ["--output", str(drive), "--drive", "--frames", "4", "--seed", "15", *size]
    monkeypatch.setattr("sys.argv", ["make_scenes.py", *scenes])
    assert make_scenes.main() == 0
    monkeypatch.setattr("sys.argv", ["tracking.py", str(drive), "--json", str(file)])
    assert tracking.main() == 0
    assert "ms per frame for 100 objects" in capsys.readouterr().out
    rows = json.loads(file.read_text())["rows"]
    assert [row["detections"] for row in rows] == [
        *["perfect"] * 2, *["20% dropped"] * 2, *["scenes_mobilenetv3"] * 2
    ]  # fmt: skip
    perfect = rows[0]
    assert perfect["objects"] > 10
    assert perfect["id switches"] == 0
    # An id is given when an object is seen a second time.
    assert 0.5 < perfect["MOTA"] < 1
