import sys

import pytest

from centernet_ros.cli.fetch_weights import PUBLISHED, main


@pytest.mark.parametrize("names", [[], [*PUBLISHED]])
def test_archive_is_of_one_model(names, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["fetch_weights", *names, "--archive", "a.tgz"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "expected the name of that model" in capsys.readouterr().err


def test_unknown_model_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["fetch_weights", "yolo"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "unknown model yolo, expected: mobilenetv3_coco, movenet" in capsys.readouterr().err
