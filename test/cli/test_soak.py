import json
import sys

import cv2
import numpy as np

from centernet_ros.cli.soak import compare_tenths, main
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model


def test_accounts_for_every_frame(domain, tmp_path, monkeypatch, capsys):
    for i in range(3):
        cv2.imwrite(str(tmp_path / f"{i}.png"), np.full((60, 80, 3), 70 * i, np.uint8))
    spec = ModelSpec("mobilenetv3", {"hm": 1, "wh": 2}, ("a",), InputSpec((64, 96)))
    save_model(create_model(spec), tmp_path / "model.pt")
    arguments = [str(tmp_path), "--minutes", "0.2", "--rate", "20"]
    arguments += ["--models", str(tmp_path / "model.pt"), "--json", str(tmp_path / "soak.json")]
    monkeypatch.setattr(sys, "argv", ["soak", *arguments])
    assert main() == 0
    figures = json.loads((tmp_path / "soak.json").read_text())
    assert figures["processed"] > 0
    assert figures["published"] >= figures["received"]
    assert figures["unexplained"] == 0
    assert all(value > 0 for name in ("memory_mib", "age_ms") for value in figures[name])
    assert "memory_mib" in capsys.readouterr().out


def test_source_that_is_missing(domain, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "argv", ["soak", str(tmp_path / "none.mp4"), "--minutes", "0.1"])
    assert main() == 1
    assert "the source ended with status 1" in capsys.readouterr().err


def test_compares_medians_after_warming_up():
    assert compare_tenths([100.0] * 10 + [1.0] * 10 + [5.0] * 70 + [2.0] * 10) == (1.0, 2.0)
    assert compare_tenths(range(10)) == (1.0, 9.0)
