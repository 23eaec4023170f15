"""What a checkpoint of this package says of its network, read without PyTorch."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from centernet_ros.models.format_1 import CHECKPOINT_FORMAT as FORMAT_1
from centernet_ros.models.format_1 import upgrade_spec
from centernet_ros.models.spec import ModelSpec

FORMAT = "centernet_ros/2"


def read_spec(checkpoint: Mapping[str, Any]) -> ModelSpec:
    """The description in a checkpoint of this package.

    Raises:
        ValueError: its format or its description is not known here.
    """
    written, values = checkpoint["format"], checkpoint["spec"]
    if written == FORMAT_1:
        return ModelSpec.from_dict(upgrade_spec(values))
    if written != FORMAT:
        raise ValueError(f"format {written!r}, expected {FORMAT!r} or {FORMAT_1!r}")
    return ModelSpec.from_dict(values)


def read_description(path: Path) -> ModelSpec | None:
    """The description in a file, None where it is no checkpoint of this package, or is damaged.

    What is wrong with those, `load_model` tells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
            with archive.open(name) as file:
                spec = read_spec(_Reader(file).load())
            return None if archive.testzip() else spec
    except Exception:  # of a damaged or foreign file any
        return None


class _Ignored:
    """Stands for the tensors and other objects of a checkpoint: takes everything, does nothing."""

    def __init__(self, *args: object) -> None:
        pass

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


class _Reader(pickle.Unpickler):
    """Reads plain containers, numbers and text; runs no code that a file names."""

    def find_class(self, module: str, name: str) -> type[_Ignored]:
        return _Ignored

    def persistent_load(self, identifier: object) -> _Ignored:
        return _Ignored()
