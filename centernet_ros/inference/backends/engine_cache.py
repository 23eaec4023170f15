"""Exported engines, kept by what they were made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import torch

import centernet_ros
from centernet_ros.cache_folder import cache_folder
from centernet_ros.inference.backends.libraries import EXTRAS
from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import CenterNet

# Where the code is that a graph comes from.
SOURCES = ("models", "inference")


def engine_folder() -> Path:
    """Where engines are kept; it may be deleted at any time."""
    return cache_folder() / "engines"


def find_engine(model: CenterNet, size: tuple[int, int], options: DecodingOptions) -> Path:
    """The ONNX file of a network, exported now if it has not been.

    Args:
        model: of any architecture.
        size: height and width of the input.
        options: of the decoding.
    """
    path = engine_folder() / f"{hash_content(model, size, asdict(options))}.onnx"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_onnx(model, path, size, options)
    return path


def hash_content(model: CenterNet, *options: object) -> str:
    """A hash of weights, description, options, this package's code and the exporting libraries."""
    versions = [version(name) for name in ("torch", *EXTRAS["export"])]
    digest = hashlib.sha256(json.dumps([model.spec.to_dict(), options, versions]).encode())
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    package = Path(centernet_ros.__file__).parent
    for source in SOURCES:
        for file in sorted({package / source, *(package / source).rglob("*.py")}):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()
