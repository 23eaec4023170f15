"""The command that checks data, of a folder whose layout it recognizes."""

import json

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


def test_drawings_know_what_the_configuration_says_of_joints(own, tmp_path, monkeypatch, capsys):
    path = own("coco") / "labels.json"
    content = json.loads(path.read_text())
    joints = ["left_top", "right_top"]
    content["categories"] = [{"id": 0, "name": "square", "keypoints": joints}]
    for row in content["annotations"]:
        x, y, width, _ = row["bbox"]
        row |= {"category_id": 0, "keypoints": [x, y, 2, x + width, y, 2]}
    path.write_text(json.dumps(content))
    config = tmp_path / "pose.yaml"
    command = ["check_data.py", "own", str(path), "--draw", str(tmp_path / "drawn")]
    monkeypatch.setattr("sys.argv", [*command, "--config", str(config)])
    shared = "arch: res_18\ninput: {size: [64, 64]}\njoints: "
    config.write_text(shared + "{sigmas: {left_top: 0.05, right_top: 0.05}}")
    assert check_data.main() == 0
    config.write_text(shared + "{sigmas: {tail: 0.05}}")
    assert check_data.main() == 1
    assert "joints.sigmas: unknown tail, expected some of left_top" in capsys.readouterr().err
