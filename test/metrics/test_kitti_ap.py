import json
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from centernet_ros.io.kitti_format import parse_kitti_labels, parse_kitti_results
from centernet_ros.metrics.kitti_ap import compute_curves, evaluate_kitti
from centernet_ros.metrics.kitti_frames import read_kitti_frames

FILES = {"2d": "detection", "aos": "orientation", "bev": "detection_ground", "3d": "detection_3d"}
CAR = "{name} 0.00 0 -1.57 {x1} 100 {x2} 200 1.5 1.6 4 {x} 1.6 20 -1.57"


@pytest.fixture
def folder(reference_folder, tmp_path):
    """Labels, results and what the development kit's program made of them."""
    with zipfile.ZipFile(reference_folder / "kitti_eval.zip") as archive:
        archive.extractall(tmp_path / "kitti_eval")
    return tmp_path / "kitti_eval"


@pytest.fixture
def frames(folder):
    names = sorted(path.stem for path in (folder / "results").iterdir())
    return read_kitti_frames(folder / "label", folder / "results", names)


def test_averages_equal_the_development_kit(folder, frames):
    figures = evaluate_kitti(*frames, "authors")
    compared = 0
    for line in (folder / "expected.txt").read_text().splitlines()[1:]:
        title, _, values = line.partition(" AP: ")
        name, _, metric = title.partition("_")
        metric = next(short for short, long in FILES.items() if long == metric)
        expected = np.array(values.split(), dtype=float)
        predictions = figures[name.capitalize()][metric]["R11"]
        print(f"{title}: {np.abs(predictions - expected).max():.1e}")
        assert predictions == pytest.approx(expected, abs=1e-4)
        compared += 1
    assert compared == 12


def test_curves_equal_the_development_kit(folder, frames):
    for name, of_class in compute_curves(*frames, "authors").items():
        for metric, curves in of_class.items():
            expected = np.loadtxt(folder / f"stats_{name.lower()}_{FILES[metric]}.txt")
            assert curves == pytest.approx(expected, abs=1e-6)


def test_command(folder, root, tmp_path):
    command = [sys.executable, "training/evaluate_kitti.py", "--labels", folder / "label"]
    output = tmp_path / "ap.json"
    run = [*command, "--results", folder / "results", "--json", output]
    subprocess.run(run, cwd=root, check=True, capture_output=True)
    figures = json.loads(output.read_text())
    assert list(figures) == ["Car", "Pedestrian", "Cyclist"]
    assert figures["Car"]["2d"]["R11"][1] == pytest.approx(55.070370, abs=1e-4)
    assert all(len(values) == 3 for values in figures["Cyclist"]["3d"].values())
    failed = subprocess.run(
        [*command, "--results", tmp_path / "none"], cwd=root, capture_output=True, text=True
    )
    assert failed.returncode == 1
    assert "no frames" in failed.stderr


def test_labels_alone_give_the_most_that_can_be_reached(root, tmp_path):
    """Ten cars: 11 points of recall need 41 thresholds, of which each car gives one."""
    (tmp_path / "labels").mkdir()
    cars = "\n".join(make_line("Car", 3 * x) for x in range(10))
    (tmp_path / "labels/000001.txt").write_text(cars)
    (tmp_path / "split.txt").write_text("000000\n000001\n")
    output = tmp_path / "ap.json"
    command = [sys.executable, "training/evaluate_kitti.py", "--labels", tmp_path / "labels"]
    options = ["--split", tmp_path / "split.txt", "--existing", "--json", output]
    subprocess.run([*command, *options], cwd=root, check=True, capture_output=True)
    assert json.loads(output.read_text())["Car"]["3d"]["R11"] == pytest.approx([300 / 11] * 3)


def test_all_validation_frames_in_time(shared):
    labels = shared / "data/kitti/all_labels"
    frames = (labels / "ImageSets_chen/val.txt").read_text().split()
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(labels / "data_object_label_2.zip") as archive:
        texts = [archive.read(f"training/label_2/{frame}.txt").decode() for frame in frames]
    gt = [parse_kitti_labels(text) for text in texts]
    # Every label four times over, with random scores.
    predictions = [
        parse_kitti_results(
            "".join(
                f"{line} {score:.2f}\n"
                for line in text.strip().splitlines()
                for score in rng.random(4)
            )
        )
        for text in texts
    ]
    start = time.perf_counter()
    figures = evaluate_kitti(gt, predictions)
    print(f"{len(frames)} frames: {time.perf_counter() - start:.1f} s")
    assert time.perf_counter() - start < 60
    # (1 - t^4) / (4 - 4 t) over recalls of 1 - t^4 is 76; duplicates that cannot count cost some.
    assert 60 < figures["Car"]["3d"]["R40"][1] < 76


def test_labels_score_full_marks(shared):
    folder = shared / "data/kitti/training/label_2"
    texts = [path.read_text() for path in sorted(folder.iterdir())]
    predictions = [
        parse_kitti_results("".join(f"{line} 0.9\n" for line in text.splitlines()))
        for text in texts
    ]
    curves = compute_curves([parse_kitti_labels(text) for text in texts], predictions)
    reached = curves["Car"]["3d"][2]
    assert set(reached.tolist()) <= {0.0, 1.0}


def make_line(name, x, score=None):
    line = CAR.format(name=name, x=x, x1=500 + 20 * x, x2=600 + 20 * x)
    return line if score is None else f"{line} {score}"


def count(gt, predictions, metric="2d"):
    curves = compute_curves(
        [parse_kitti_labels("\n".join(gt))], [parse_kitti_results("\n".join(predictions))]
    )
    return curves["Car"][metric][2, 0]


def test_neighbours_and_stuff_are_no_mistakes():
    hit = make_line("Car", 0, 0.5)
    assert count([make_line("Car", 0)], [hit]) == 1
    assert count([make_line("Car", 0)], [hit, make_line("Car", 9, 0.9)]) == 0.5
    for name in ("Van", "DontCare"):
        gt = [make_line("Car", 0), make_line(name, 9)]
        assert count(gt, [hit, make_line("Car", 9, 0.9)]) == 1
    # Space knows no "DontCare".
    assert count(gt, [hit, make_line("Car", 9, 0.9)], "bev") == 0.5


def test_orientation_needs_angles():
    lines = [make_line("Car", 0, 0.5).replace("-1.57", "-10", 1)]
    figures = evaluate_kitti(
        [parse_kitti_labels(make_line("Car", 0))], [parse_kitti_results(lines[0])]
    )
    assert "aos" not in figures["Car"]
    assert "2d" in figures["Car"]
