"""Exported engines, kept by what they were made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from centernet_ros.cache_folder import cache_folder
from centernet_ros.inference.backends.checkpoint_file import CheckpointFile
from centernet_ros.inference.backends.export_process import export_engine
from centernet_ros.inference.backends.libraries import EXTRAS
from centernet_ros.inference.backends.source_hash import hash_sources
from centernet_ros.inference.options import DecodingOptions

if TYPE_CHECKING:
    from centernet_ros.models import CenterNet


def engine_folder() -> Path:
    """Where engines are kept; it may be deleted at any time."""
    return cache_folder() / "engines"


def find_engine(
    model: CenterNet | CheckpointFile, size: tuple[int, int], options: DecodingOptions
) -> Path:
    """The ONNX file of a network, exported now if it has not been.

    Args:
        model: of any architecture.
        size: height and width of the input.
        options: of the decoding.
    """
    path = engine_folder() / f"{hash_content(model, size, asdict(options))}.onnx"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        export_engine(model, path, size, options)
    return path


def hash_content(model: CenterNet | CheckpointFile, *options: object) -> str:
    """A hash of weights, description, options, this package's code and the exporting libraries."""
    versions = [version(name) for name in ("torch", *EXTRAS["export"])]
    digest = hashlib.sha256(json.dumps([model.spec.to_dict(), options, versions]).encode())
    digest.update(hash_sources())
    if isinstance(model, CheckpointFile):
        digest.update(model.hash_contents())
    else:
        digest.update(hash_weights(model))
    return digest.hexdigest()


def hash_weights(model: CenterNet) -> bytes:
    """A hash of a network's tensors."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.digest()
