"""Checkpoints whose weights are read when something needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from centernet_ros.models.checkpoint_error import CheckpointError
from centernet_ros.models.description import read_description

if TYPE_CHECKING:
    from centernet_ros.models import CenterNet


class CheckpointFile:
    """A checkpoint of which the description is read alone until its weights are needed.

    An engine that was made of it earlier so runs without PyTorch, which takes a second to import
    and 200 MiB.

    Args:
        path: the file.
        class_names: as of `load_model`.

    Attributes:
        path: the file.
        class_names: as given.
        spec: what the network is and what it expects.

    Raises:
        CheckpointError: it cannot be used.
    """

    def __init__(self, path: Path, class_names: Sequence[str] | None = None) -> None:
        self.path, self.class_names = path, class_names
        spec = read_description(path) if path.is_file() else None
        # Other checkpoints are described by their tensors, and refused by who reads those.
        self.spec = spec or self._model.spec
        if class_names is not None:
            try:
                self.spec = replace(self.spec, class_names=tuple(class_names))
            except ValueError as error:
                raise CheckpointError(f"{path}: {error}") from error

    @property
    def divisor(self) -> int:
        """What the sides of inputs are multiples of."""
        return self.spec.divisor

    def load(self) -> CenterNet:
        """The network, read when it is first asked for.

        Raises:
            CheckpointError: it cannot be used.
        """
        self._model.spec = self.spec
        return self._model

    @cached_property
    def _model(self) -> CenterNet:
        from centernet_ros.models.checkpoint import load_model

        return load_model(self.path)

    def hash_contents(self) -> bytes:
        """A hash of the file's contents."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.digest()
