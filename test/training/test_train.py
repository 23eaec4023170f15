"""Training on a folder of anyone's images."""

import sys
from pathlib import Path

import pytest

from training import train

OPTIONS = (
    "--arch=tiny", "--init_weights=null", "--heads=null", "--input.size=[64, 64]", "--epochs=1",
    "--batch_size=4", "--workers=0", "--precision=32-true", "--evaluate_every=1", "--device=cpu",
    "--bn_calibration_batches=0",
)  # fmt: skip


@pytest.fixture
def run(monkeypatch):
    """The command with a tiny network."""

    def run_command(*words):
        monkeypatch.setattr(sys, "argv", ["train.py", *map(str, words)])
        return train.main()

    return run_command


@pytest.fixture
def folder(squares, tmp_path):
    """A YOLO data set without a validation part."""
    images, labels = tmp_path / "yolo/images", tmp_path / "yolo/labels"
    images.mkdir(parents=True)
    labels.mkdir()
    for sample in squares.samples:
        sample.path.rename(images / sample.path.name)
        (x1, y1, x2, y2), label = sample.boxes[0] / 64, sample.labels[0]
        line = f"{label} {(x1 + x2) / 2} {(y1 + y2) / 2} {x2 - x1} {y2 - y1}\n"
        (labels / f"{sample.path.stem}.txt").write_text(line)
    (tmp_path / "yolo/data.yaml").write_text("train: images\nnames: [blue, red]\n")
    return tmp_path / "yolo"


def test_a_folder_is_all_that_it_needs(run, folder, tmp_path, capsys):
    output = tmp_path / "run"
    assert run(folder, "--output", output, *OPTIONS) == 0
    said = capsys.readouterr().out
    assert "yolo: YOLO layout with train; learning boxes" in said
    assert "11 to learn from, 1 to choose by; classes: blue, red" in said
    parts = [(output / f"{part}.txt").read_text().split() for part in ("train", "validation")]
    assert [len(part) for part in parts] == [11, 1]
    assert all(Path(image).is_file() for part in parts for image in part)
    assert (output / "best.pt").is_file()


def test_errors_are_one_line(run, tmp_path, capsys):
    assert run(tmp_path / "none", "--output", tmp_path) == 1
    assert capsys.readouterr().err == f"train.py: {tmp_path}/none: no such file or folder, " + (
        "expected labelled images\n"
    )
    with pytest.raises(SystemExit):
        run("--output", tmp_path, tmp_path)
    assert "expected DATA before the options" in capsys.readouterr().err


@pytest.mark.parametrize("fraction", ["1", "-0.1"])
def test_fraction_out_of_range(run, folder, tmp_path, fraction, capsys):
    with pytest.raises(SystemExit):
        run(folder, "--output", tmp_path / "run", f"--val-fraction={fraction}")
    assert "expected from 0 to below 1" in capsys.readouterr().err
