"""Networks and their checkpoints.

Descriptions of networks need no PyTorch, which takes a second and 200 MiB: the names that do
import it when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from centernet_ros.models.checkpoint_error import CheckpointError
from centernet_ros.models.input_spec import InputSpec
from centernet_ros.models.spec import ModelSpec

if TYPE_CHECKING:
    from centernet_ros.models.architectures import ARCHITECTURES, create_model
    from centernet_ros.models.centernet import CenterNet
    from centernet_ros.models.checkpoint import load_model, save_model

__all__ = [
    "ARCHITECTURES",
    "CenterNet",
    "CheckpointError",
    "InputSpec",
    "ModelSpec",
    "create_model",
    "load_model",
    "save_model",
]

# Name -> module of this package that has it.
LATE = {
    "ARCHITECTURES": "architectures",
    "CenterNet": "centernet",
    "create_model": "architectures",
    "load_model": "checkpoint",
    "save_model": "checkpoint",
}


def __getattr__(name: str) -> object:
    """A name that needs PyTorch (PEP 562)."""
    if name not in LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{LATE[name]}"), name)
