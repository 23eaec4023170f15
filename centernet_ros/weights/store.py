"""Where published weights are, and their names."""

from __future__ import annotations

import os
from pathlib import Path

from centernet_ros.cache_folder import cache_folder
from centernet_ros.models import CheckpointError

DEFAULT_MODEL = "mobilenetv3_coco"
POSE_MODEL = "movenet_multipose"
FETCH_COMMAND = "ros2 run centernet_ros fetch_weights, or centernet_fetch_weights"
# Models that come with the package, each as NAME.pt; installed beside this module. Those that may
# not be used commercially are in a folder of their own, which a build can leave out.
SHIPPED = Path(__file__).parent / "shipped"


def stored_weights(name: str) -> Path:
    """Where the weights of a published model are kept once fetched."""
    return cache_folder() / f"{name}.pt"


def list_weights() -> dict[str, Path]:
    """The published models that are here, shipped or fetched: name -> checkpoint."""
    files = [*cache_folder().glob("*.pt"), *SHIPPED.rglob("*.pt")]
    return {file.stem: file for file in sorted(files, key=lambda file: file.stem)}


def find_weights(model: str) -> Path:
    """The checkpoint behind a model parameter.

    Args:
        model: path of a checkpoint, or name of a published model.

    Raises:
        CheckpointError: a name without path or suffix, and no such model shipped or fetched.
    """
    if Path(model).suffix or os.sep in model:
        return Path(model).expanduser()
    here = list_weights()
    if model not in here:
        raise CheckpointError(
            f"model {model!r}: no such published model here, expected the path of a checkpoint, "
            f"or one of: {', '.join(here) or 'none yet'} (more by {FETCH_COMMAND})"
        )
    return here[model]
