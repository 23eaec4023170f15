"""ONNX files of this package: what a checkpoint says of itself, in their metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from centernet_ros.inference.backends.checkpoint_file import CheckpointFile
from centernet_ros.inference.backends.libraries import require
from centernet_ros.inference.options import DecodingOptions, PredictorOptions
from centernet_ros.models import CheckpointError, InputSpec, ModelSpec
from centernet_ros.models.format_1 import EXPORTED_FORMAT as FORMAT_1
from centernet_ros.models.format_1 import upgrade_exported

FORMAT = "centernet_ros.onnx/2"
# Metadata key of each field of the description.
KEY = "centernet_ros"


@dataclass(frozen=True)
class ExportedModel:
    """An exported network.

    Attributes:
        path: the ONNX file.
        spec: what the network is and what it expects; its input has the exported size.
        divisor: sides of inputs are multiples of it.
        decoding: what the file does besides running the network.
    """

    path: Path
    spec: ModelSpec
    divisor: int
    decoding: DecodingOptions

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

    def check_use(self, spec: InputSpec, options: PredictorOptions) -> None:
        """Whether the file is made for this.

        Args:
            spec: how images are prepared.
            options: of the predictor.

        Raises:
            ValueError: it is not.
        """
        if spec.dynamic or not options.single_scale:
            wanted = "a size that follows the image" if spec.dynamic else "several test scales"
            raise ValueError(
                f"{self.path}: an exported network has one size of input, and {wanted} was asked "
                "for: expected the checkpoint"
            )
        if spec.size != self.spec.input.size:
            made, wanted = ("x".join(map(str, size)) for size in (self.spec.input.size, spec.size))
            raise ValueError(f"{self.path}: exported for inputs of {made}, not {wanted}")
        if options.flip != self.decoding.flip:
            made = "with" if self.decoding.flip else "without"
            raise ValueError(f"{self.path}: exported {made} --flip")


def load_network(
    path: Path, class_names: Sequence[str] | None = None
) -> CheckpointFile | ExportedModel:
    """A checkpoint, or an exported network by its suffix .onnx.

    Args:
        path: the file.
        class_names: as of `load_model`.

    Raises:
        CheckpointError: it cannot be used.
    """
    if path.suffix != ".onnx":
        return CheckpointFile(path, class_names)
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
        written = fields.pop("format")
        if written == FORMAT_1:
            fields = upgrade_exported(fields)
        elif written != FORMAT:
            raise ValueError(f"format {written!r}, expected {FORMAT!r} or {FORMAT_1!r}")
        return ExportedModel(
            path,
            ModelSpec.from_dict(fields["spec"]),
            fields["divisor"],
            DecodingOptions(**fields["decoding"]),
        )
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror or error}") from error
    except Exception as error:  # protobuf raises its own kinds for a damaged file
        raise CheckpointError(
            f"{path}: not an ONNX file written by centernet_export ({error})"
        ) from error
