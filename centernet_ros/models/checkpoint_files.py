"""What PyTorch or safetensors saved in a file, read without running any code stored in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from centernet_ros.models.checkpoint_error import CheckpointError

# How files begin that are often found in the place of a checkpoint -> what they are.
OTHER_FILES: Mapping[bytes, str] = {
    b"version https://git-lfs": "a Git LFS pointer, not the file that it stands for; "
    "git lfs pull fetches that",
    b"<": "a web page (HTML or XML), not a checkpoint; the server wanted a login or refused the "
    "download",
    b"{": "text (JSON), not a checkpoint",
    b"\x89HDF": "an HDF5 file as of Keras, not a checkpoint of PyTorch",
}
SAFETENSORS = ".safetensors"


def read_contents(path: Path) -> object:
    """Whatever PyTorch saved in a file, or the tensors of a safetensors file.

    Raises:
        CheckpointError: there is no such file, or it holds other things than plain containers,
            numbers, text and tensors; the message says which.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file, expected a checkpoint")
    if path.suffix == SAFETENSORS:
        return read_safetensors(path)
    if is_torchscript(path):
        raise CheckpointError(
            f"{path}: a TorchScript archive, which is code; expected a checkpoint: "
            "torch.save(model.state_dict(), FILE)"
        )
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load raises whatever its parsers meet in a damaged file
        raise CheckpointError(f"{path}: {explain_failure(path, error)}") from error


def holds_tensors(weights: object) -> bool:
    """Whether something is a mapping from names to tensors, as a network's state_dict is."""
    return isinstance(weights, Mapping) and all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in weights.items()
    )


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name.

    Raises:
        CheckpointError: it is damaged, or the library is not installed.
    """
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ModuleNotFoundError as error:
        raise CheckpointError(
            f"{path}: safetensors is not installed, expected it: pip install safetensors"
        ) from error
    try:
        return load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise CheckpointError(f"{path}: damaged, or not a safetensors file ({reason})") from error


def explain_failure(path: Path, error: Exception) -> str:
    """Why a file cannot be read and what to do, without its name."""
    with path.open("rb") as file:
        start = file.read(64).lstrip()
    if not start:
        return "an empty file, expected a checkpoint"
    for beginning, what in OTHER_FILES.items():
        if start.startswith(beginning):
            return what
    classes = list_classes(path, error)
    if classes:
        return (
            f"not a checkpoint of tensors alone: it holds {', '.join(classes)}, which could run "
            "code and is not read; where it was made, torch.save(model.state_dict(), FILE) keeps "
            "the tensors"
        )
    return f"damaged, or not a checkpoint of tensors alone ({shorten(error)})"


def is_torchscript(path: Path) -> bool:
    """Whether a file is what torch.jit.save writes."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def list_classes(path: Path, error: Exception) -> list[str]:
    """The classes and functions in a file that are not read, as far as PyTorch tells them."""
    # PyTorch 2.5 and later, for files of the zip format.
    find = getattr(torch.serialization, "get_unsafe_globals_in_checkpoint", None)
    if find is not None and zipfile.is_zipfile(path):
        try:
            return sorted(find(path))
        except Exception:  # the file is damaged as well
            return []
    return re.findall(r"GLOBAL (\S+) was not an allowed global", str(error))


def shorten(error: Exception) -> str:
    """The first sentence of an error, without advice and terminal codes."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip() or type(error).__name__
    # PyTorch goes on with advice to read the file in a way that runs its code.
    advice = r"[.,]? ?(?:In PyTorch|Re-running|Please|\(1\)|This file)"
    return re.split(advice, text.splitlines()[0])[0][:200]
