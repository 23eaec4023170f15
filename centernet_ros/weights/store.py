"""Where fetched weights are kept, and their names."""

from __future__ import annotations

import os
from pathlib import Path

from centernet_ros.cache_folder import cache_folder
from centernet_ros.models import CheckpointError

DEFAULT_MODEL = "mobilenetv3_coco"
POSE_MODEL = "movenet_multipose"
FETCH_COMMAND = "ros2 run centernet_ros fetch_weights, or centernet_fetch_weights"


def stored_weights(name: str) -> Path:
    """Where the weights of a published model are kept once fetched."""
    return cache_folder() / f"{name}.pt"


def find_weights(model: str) -> Path:
    """The checkpoint behind a model parameter.

    Args:
        model: path of a checkpoint, or name of a published model.

    Raises:
        CheckpointError: a name without path or suffix whose weights have not been fetched.
    """
    if Path(model).suffix or os.sep in model:
        return Path(model).expanduser()
    path = stored_weights(model)
    if not path.is_file():
        raise CheckpointError(
            f"model {model!r}: no such published model fetched (looked for {path}), "
            f"expected the path of a checkpoint, or a name after: {FETCH_COMMAND}"
        )
    return path
