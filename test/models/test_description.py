import subprocess
import sys
import zipfile

import pytest
import torch
from random_networks import build_network

from centernet_ros.models import load_model, save_model
from centernet_ros.models.description import read_description
from centernet_ros.weights.store import SHIPPED


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.pt")), ids=lambda path: path.stem)
def test_equals_what_pytorch_reads(path):
    assert read_description(path) == load_model(path).spec


def test_of_a_training(tmp_path):
    model = build_network("tiny", "multi_pose")
    training = {"optimizer": {"state": {0: torch.zeros(2)}}, "epoch": 3}
    save_model(model, tmp_path / "model.pt", training)
    assert read_description(tmp_path / "model.pt") == model.spec


def test_no_code_runs(tmp_path):
    """A file that names a function gets a thing that does nothing."""
    path, touched = tmp_path / "model.pt", tmp_path / "touched"

    class Code:
        def __reduce__(self):
            return touched.write_text, ("run",)

    torch.save({"format": "centernet_ros/2", "spec": Code()}, path)
    assert read_description(path) is None
    assert not touched.exists()


@pytest.mark.parametrize("contents", [b"", b"<html>", b"PK\x03\x04"])
def test_of_other_files(contents, tmp_path):
    path = tmp_path / "model.pt"
    path.write_bytes(contents)
    assert read_description(path) is None
    assert read_description(tmp_path / "none.pt") is None


def test_of_bare_tensors_and_a_cut_file(tmp_path):
    torch.save({"conv.weight": torch.zeros(1)}, tmp_path / "bare.pt")
    assert read_description(tmp_path / "bare.pt") is None
    with zipfile.ZipFile(tmp_path / "cut.pt", "w") as archive:
        archive.writestr("cut/data.pkl", b"\x80\x02}q")
    assert read_description(tmp_path / "cut.pt") is None


def test_of_damaged_weights(tmp_path):
    path = tmp_path / "model.pt"
    save_model(build_network("tiny", "ctdet"), path)
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 255
    path.write_bytes(contents)
    assert read_description(path) is None


def test_without_pytorch():
    code = "import sys, centernet_ros.models.description; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
