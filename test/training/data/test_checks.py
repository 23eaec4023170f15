import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np

from centernet_ros.models import ModelSpec
from training.data.checks import check_data, draw_targets
from training.engine.settings import HEADS


def test_problems_are_named(squares, capsys):
    first, second, third, *others = squares.samples
    outside = np.array([[100.0, 0, 120, 10], [5, 5, 5, 9], [50, 50, 80, 80]])
    broken = replace(first, boxes=outside, labels=np.zeros(3, int), ignore=np.zeros(3, bool))
    missing = replace(second, path=second.path.with_name("none.png"))
    data = replace(
        squares, class_names=("blue", "red", "green"), samples=(broken, missing, third, *others)
    )
    problems = check_data(data)
    assert "lies outside the image" in problems[0]
    assert "is empty" in problems[1]
    assert "reaches out of the image" in problems[2]
    assert "none.png: no such file" in problems[3]
    assert problems[4:] == ["class green: no object"]
    assert "blue: 8" in capsys.readouterr().out
    assert not check_data(squares)


def test_targets_are_drawn(squares, settings, tmp_path):
    spec = ModelSpec("tiny", {"hm": 2, **HEADS["ctdet"]}, ("blue", "red"), settings.input)
    draw_targets(squares, spec, settings, tmp_path / "drawn", 3)
    drawings = [cv2.imread(str(path)) for path in sorted((tmp_path / "drawn").iterdir())]
    assert [drawing.shape for drawing in drawings] == [(64, 64, 3)] * 3
    assert any((drawing[..., 1] > 200).any() for drawing in drawings)


def test_images_of_one_name_have_drawings_each(squares, settings, tmp_path):
    spec = ModelSpec("tiny", {"hm": 2, **HEADS["ctdet"]}, ("blue", "red"), settings.input)
    first, second, *_ = squares.samples
    twin = tmp_path / first.path.name
    twin.write_bytes(second.path.read_bytes())
    data = replace(squares, samples=(first, replace(second, path=twin)))
    draw_targets(data, spec, settings, tmp_path / "drawn", 2)
    names = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    assert names == [f"000{i}_{first.path.stem}.jpg" for i in range(2)]


def test_command(shared, root, tmp_path):
    split = tmp_path / "split.txt"
    split.write_text("000000\n000003\n")
    folder = shared / "data/kitti/training"
    command = [sys.executable, "training/check_data.py", "kitti", "--data", folder]
    options = ["--split", split, "--draw", tmp_path / "drawn"]
    done = subprocess.run([*command, *options], cwd=root, capture_output=True, text=True)
    assert "class Cyclist: no object" in done.stdout
    assert done.returncode == 1
    assert len(list((tmp_path / "drawn").iterdir())) == 2
    failed = subprocess.run(
        [*command, "--split", tmp_path / "none"], cwd=root, capture_output=True, text=True
    )
    assert failed.stderr.strip().endswith("no such file, expected one frame a line")
