import subprocess
import sys

import pytest


def run(root, *arguments):
    command = [sys.executable, root / "training/make_scenes.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("kind", ["random", "drive"])
def test_layout_on_disk_does_not_depend_on_workers(root, tmp_path, kind):
    common = ["--frames", 3, "--test-frames", 1, "--size", 160, 64, "--supersampling", 1]
    common += ["--drive"] if kind == "drive" else []
    for workers in (1, 2):
        done = run(root, "--output", tmp_path / str(workers), "--workers", workers, *common)
        assert done.returncode == 0, done.stderr
    files = sorted(p.relative_to(tmp_path / "1") for p in (tmp_path / "1").rglob("*.*"))
    assert len(files) == 3 * 3 + (3 if kind == "drive" else 2)
    for file in files:
        assert (tmp_path / "1" / file).read_bytes() == (tmp_path / "2" / file).read_bytes()
    assert (tmp_path / "1/ImageSets/val.txt").read_text() == "000002\n"


def test_bad_arguments_are_one_clear_line(root, tmp_path):
    done = run(root, "--output", tmp_path, "--layouts", tmp_path)
    assert done.returncode == 2
    assert "no label files" in done.stderr.splitlines()[-1]
    (tmp_path / "file").touch()
    done = run(root, "--output", tmp_path / "file/scenes")
    assert done.returncode == 1
    assert done.stderr.endswith("file/scenes/training/image_2: not a directory\n")
    assert "Traceback" not in done.stderr
