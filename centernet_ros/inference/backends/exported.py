"""ONNX files of this package: what a checkpoint says of itself, in their metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from centernet_ros.inference.backends.libraries import require
from centernet_ros.models import CenterNet, CheckpointError, load_model
from centernet_ros.models.spec import MODES_OF_MANY_SIZES, InputSpec, ModelSpec

FORMAT = "centernet_ros.onnx/1"
# Metadata key of each field of the description.
KEY = "centernet_ros"


@dataclass(frozen=True)
class ExportedModel:
    """An exported network.

    Attributes:
        path: the ONNX file.
        spec: what the network is and what it expects; its input has the exported size.
        divisor: sides of inputs are multiples of it.
        count: objects per image and task at most.
        flip: whether images are averaged with their mirror images.
    """

    path: Path
    spec: ModelSpec
    divisor: int
    count: int
    flip: bool

    def to_metadata(self) -> dict[str, str]:
        """What `read_exported` reads back, and a line for who opens the file elsewhere."""
        fields = asdict(self) | {"spec": self.spec.to_dict(), "format": FORMAT}
        del fields["path"]
        order = self.spec.input.channel_order
        return {
            KEY: json.dumps(fields),
            "usage": f"pixels: uint8 (batch, height, width, {order}); boxes, centres, keypoints "
            "and sizes: pixels of that input; labels: index into the class names; depths and "
            "dimensions: metres; sum: not finite where the network's output is not",
        }

    def check_use(self, spec: InputSpec, flip: bool, zooms: Sequence[float]) -> None:
        """Whether the file is made for this.

        Args:
            spec: how images are prepared.
            flip, zooms: as of `Predictor`.

        Raises:
            ValueError: it is not.
        """
        if spec.mode in MODES_OF_MANY_SIZES or tuple(zooms) != (1.0,):
            raise ValueError(f"{self.path}: an exported network has one size of input")
        if spec.size != self.spec.input.size:
            made, wanted = ("x".join(map(str, size)) for size in (self.spec.input.size, spec.size))
            raise ValueError(f"{self.path}: exported for inputs of {made}, not {wanted}")
        if flip != self.flip:
            raise ValueError(f"{self.path}: exported {'with' if self.flip else 'without'} --flip")


def load_network(
    path: Path, class_names: Sequence[str] | None = None
) -> CenterNet | ExportedModel:
    """A checkpoint, or an exported network by its suffix .onnx.

    Args:
        path: the file.
        class_names: as of `load_model`.

    Raises:
        CheckpointError: it cannot be used.
    """
    if path.suffix != ".onnx":
        return load_model(path, class_names)
    exported = read_exported(path)
    if class_names is None:
        return exported
    try:
        return replace(exported, spec=replace(exported.spec, class_names=tuple(class_names)))
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}") from error


def read_exported(path: Path) -> ExportedModel:
    """The description in an ONNX file.

    Raises:
        CheckpointError: the file is missing, damaged, or no export of this package.
    """
    try:
        onnx = require("export", "reading an ONNX file")
        model = onnx.load(path, load_external_data=False)
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        fields = json.loads(metadata[KEY])
        if fields.pop("format") != FORMAT:
            raise ValueError(f"not of the format {FORMAT!r}")
        return ExportedModel(path, **fields | {"spec": ModelSpec.from_dict(fields["spec"])})
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror or error}") from error
    except Exception as error:  # protobuf raises its own kinds for a damaged file
        raise CheckpointError(
            f"{path}: not an ONNX file written by centernet_export ({error})"
        ) from error
