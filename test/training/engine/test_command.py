import json
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from centernet_ros.datasets.voc import read_voc
from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.best_threshold import find_best_threshold
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import load_model
from training import train_voc
from training.engine.evaluate import evaluate


@pytest.fixture
def voc(squares, tmp_path):
    """The squares in VOC's layout: 8 to learn from, 2 to choose by, 2 to test on."""
    for folder in ("Annotations", "ImageSets/Main"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "images").rename(tmp_path / "JPEGImages")
    for sample in squares.samples:
        (tmp_path / "JPEGImages" / sample.path.name).rename(
            tmp_path / "JPEGImages" / f"{sample.key}.jpg"
        )
        root = ElementTree.Element("annotation")
        node = ElementTree.SubElement(root, "object")
        ElementTree.SubElement(node, "name").text = squares.class_names[sample.labels[0]]
        box = ElementTree.SubElement(node, "bndbox")
        for side, value in zip(("xmin", "ymin", "xmax", "ymax"), sample.boxes[0]):
            ElementTree.SubElement(box, side).text = str(value)
        ElementTree.ElementTree(root).write(tmp_path / "Annotations" / f"{sample.key}.xml")
    for split, keys in (("train", range(8)), ("val", (8, 9)), ("test", (10, 11))):
        path = tmp_path / f"ImageSets/Main/{split}.txt"
        path.write_text("\n".join(map(str, keys)))
    return tmp_path


def run(voc, monkeypatch, *options):
    changes = {"arch": "tiny", "epochs": 2, "batch_size": 4, "workers": 0, "evaluate_every": 1}
    arguments = [
        "train_voc.py", "--data", str(voc), "--split", "train", "--output", str(voc / "run"),
        "--device", "cpu", *(f"--{name}={value}" for name, value in changes.items()),
        "--input.size", "[64, 64]", *options,
    ]  # fmt: skip
    monkeypatch.setattr(sys, "argv", arguments)
    return train_voc.main()


def test_test_data_are_scored_once_with_the_best_checkpoint(voc, monkeypatch, capsys):
    options = ("--validation-split", "val", "--test-split", "test")
    assert run(voc, monkeypatch, *options) == 0
    out = capsys.readouterr().out
    assert "images: 8 to learn from, 2 to choose by, 2 to test on; classes: blue, red" in out
    assert out.count("test, best.pt: mAP50") == 1
    figures = json.loads((voc / "run/figures.json").read_text())
    predict = Predictor(load_model(voc / "run/best.pt"))
    data = read_voc([voc], "test", ("blue", "red"))
    found = evaluate(predict, data.samples, "ctdet")
    assert figures["test"] == score_voc(data, found) | find_best_threshold(data, found)
    assert figures["validation"].keys() == figures["test"].keys()
    # A finished run does nothing but score once more.
    assert run(voc, monkeypatch, *options, "--resume") == 0
    assert json.loads((voc / "run/figures.json").read_text()) == figures


def test_mirrored_images_do_not_flatter_in_silence(voc, monkeypatch, capsys):
    assert run(voc, monkeypatch, "--test-split", "test", "--flip_test=true") == 0
    assert "test, last.pt, without mirrored images: mAP50" in capsys.readouterr().out
    figures = json.loads((voc / "run/figures.json").read_text())
    data = read_voc([voc], "test", ("blue", "red"))
    found = evaluate(Predictor(load_model(voc / "run/last.pt")), data.samples, "ctdet")
    assert figures["test_without_flip"] == score_voc(data, found) | find_best_threshold(
        data, found
    )
    assert figures["test"].keys() == figures["test_without_flip"].keys()


def test_without_validation_the_last_checkpoint_is_scored(voc, monkeypatch, capsys):
    assert run(voc, monkeypatch, "--test-split", "test") == 0
    assert "test, last.pt: mAP50" in capsys.readouterr().out
    assert not (voc / "run/best.pt").exists()


def test_errors_are_one_line(voc, monkeypatch, capsys):
    assert run(voc, monkeypatch, "--test-split", "tset") == 1
    assert capsys.readouterr().err.endswith(
        "tset.txt: no such file, expected one image's name a line\n"
    )


def test_all_images_are_looked_for_before_training(voc, monkeypatch, capsys):
    (voc / "JPEGImages/9.jpg").unlink()
    assert run(voc, monkeypatch, "--validation-split", "val") == 1
    assert f"{voc}/JPEGImages/9.jpg: no such file, expected an image of {voc}; 1 of its 2 " in (
        capsys.readouterr().err
    )
    assert not (voc / "run").exists()


def test_ctrl_c_is_one_line(voc, monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    for made, rest in ((False, ""), (True, f"; --resume goes on from {voc}/run/last.pt")):
        if made:
            run(voc, monkeypatch)
            capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr("training.engine.command.train", stop)
            assert run(voc, patch) == 130
        assert capsys.readouterr().err == f"train_voc.py: stopped{rest}\n"


def test_a_mistyped_option_is_answered_with_the_option(voc, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(voc, monkeypatch, "--validation_split", "val")
    assert "did you mean validation-split?" in capsys.readouterr().err
