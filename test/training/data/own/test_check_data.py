"""The command that checks data, of a folder whose layout it recognizes."""

import pytest

from training import check_data


@pytest.mark.parametrize("layout", ["coco", "voc", "yolo"])
def test_a_folder_is_checked_and_drawn(own, layout, tmp_path, monkeypatch, capsys):
    drawn = tmp_path / "drawn"
    command = ["check_data.py", "own", str(own(layout)), "--draw", str(drawn), "--count", "2"]
    monkeypatch.setattr("sys.argv", command)
    assert check_data.main() == 0
    assert "nothing wrong" in capsys.readouterr().out
    assert len(list(drawn.iterdir())) == 2


def test_a_part_that_is_not_there_is_named(own, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["check_data.py", "own", str(own("yolo")), "--split", "test"])
    assert check_data.main() == 1
    assert "yolo: no part 'test', expected train" in capsys.readouterr().err
