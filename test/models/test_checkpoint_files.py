"""Files that people take for checkpoints."""

import argparse
import pathlib
import re

import numpy as np
import pytest
import torch

from centernet_ros.models.checkpoint_error import CheckpointError
from centernet_ros.models.checkpoint_files import read_contents

TENSORS = {"a": torch.ones(3)}


def read_failure(path):
    with pytest.raises(CheckpointError) as raised:
        read_contents(path)
    text = str(raised.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    assert "\x1b" not in text
    assert "weights_only" not in text
    return text.removeprefix(f"{path}: ")


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(
    ("foreign", "name"),
    [
        (np.float64(0.5), "numpy"),
        (argparse.Namespace(lr=1), "argparse.Namespace"),
        (torch.nn.Conv2d(1, 1, 1), "Conv2d"),
        (pathlib.PurePosixPath("a"), "PurePosixPath"),
    ],
)
def test_objects_of_other_classes_are_named(tmp_path, foreign, name, legacy):
    path = tmp_path / "a.pth"
    contents = {"state_dict": TENSORS, "more": foreign}
    torch.save(contents, path, _use_new_zipfile_serialization=not legacy)
    text = read_failure(path)
    assert name in text
    assert "torch.save(model.state_dict(), FILE)" in text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer"),
        (b"\n<!DOCTYPE html><html>Quota exceeded</html>", "a web page"),
        (b'{"error": "not found"}', r"text \(JSON\)"),
        (b"\x89HDF\r\n\x1a\n" + bytes(90), "HDF5"),
        (b"", "an empty file"),
        (b"any bytes that are no checkpoint", "damaged, or not a checkpoint"),
    ],
)
def test_other_files_are_told_apart(tmp_path, data, message):
    path = tmp_path / "a.pth"
    path.write_bytes(data)
    assert re.search(message, read_failure(path))


def test_torchscript_is_code(tmp_path):
    path = tmp_path / "a.pt"
    torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.ones(1)), path)
    assert "a TorchScript archive" in read_failure(path)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
@pytest.mark.parametrize("legacy", [False, True])
def test_cut_files(tmp_path, share, legacy):
    path = tmp_path / "a.pth"
    torch.save(
        {"state_dict": {"a": torch.ones(900)}}, path, _use_new_zipfile_serialization=not legacy
    )
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    assert "damaged, or not a checkpoint of tensors alone" in read_failure(path)


def test_damaged_safetensors(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"no tensors")
    assert "damaged, or not a safetensors file" in read_failure(path)
