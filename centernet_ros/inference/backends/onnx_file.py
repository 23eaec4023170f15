"""Writing a network as an ONNX file that takes pixels and gives objects."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.exported import ExportedModel
from centernet_ros.inference.backends.libraries import quiet_logger, require
from centernet_ros.inference.backends.named_outputs import NamedOutputs, name_outputs
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import CenterNet

if TYPE_CHECKING:
    from onnxscript import ir

# The first with DeformConv.
OPSET = 19
DEFAULT_OPTIONS = DecodingOptions()


def write_onnx(
    model: CenterNet,
    path: Path,
    size: tuple[int, int] | None = None,
    options: DecodingOptions = DEFAULT_OPTIONS,
    half: bool = False,
) -> ExportedModel:
    """Export a network; a file already there is replaced only by a whole new one.

    Args:
        model: of any architecture and task.
        path: the file.
        size: height and width of the input, the model's own if None; multiples of its divisor.
        options: of the decoding.
        half: the network in float16, whose weights take half the space; decoding stays in
            float32, as float16 has steps of up to a pixel.

    Returns:
        what was written: `NamedOutputs` for any batch of that size.

    Raises:
        ValueError: a size that is no multiple of the divisor, or a library is missing.
    """
    require("export", "exporting to ONNX")
    size = size or model.spec.input.size
    if any(side % model.divisor for side in size):
        raise ValueError(
            f"input of {size[0]}x{size[1]} pixels, expected multiples of {model.divisor}"
        )
    spec = replace(model.spec, input=model.spec.input.with_static_size(size))
    exported = ExportedModel(path, spec, model.divisor, options)
    end_to_end = EndToEnd(model, options)
    if half:
        end_to_end.model.half()
    program = trace(NamedOutputs(end_to_end), size)
    program.model.metadata_props.update(exported.to_metadata())
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        program.save(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return exported


def trace(module: NamedOutputs, size: tuple[int, int]) -> torch.onnx.ONNXProgram:
    """The module as an ONNX program of any batch size."""
    pixels = torch.zeros(2, *size, 3, dtype=torch.uint8)
    with quiet_exporter(), torch.no_grad():
        program = torch.onnx.export(
            module,
            (pixels,),
            input_names=["pixels"],
            output_names=name_outputs(module.end_to_end.model.spec),
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            custom_translation_table={torch.ops.aten.sort.stable: translate_stable_sort},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None  # with dynamo there always is one
    return program


def translate_stable_sort(
    values: ir.Value, stable: bool = True, dim: int = -1, descending: bool = False
) -> tuple[ir.Value, ir.Value]:
    """`Tensor.sort(stable=True)` in ONNX: of equal values its TopK takes the first first."""
    from onnxscript import opset19

    op: Any = opset19  # its annotations are for eager tensors, not for a graph's values
    length = op.Gather(op.Shape(values), op.Constant(value_ints=[dim]))
    return op.TopK(values, length, axis=dim, largest=int(descending), sorted=1)


@contextlib.contextmanager
def quiet_exporter() -> Iterator[None]:
    """Without the exporter's remarks on libraries that are not used here."""
    with quiet_logger("torch.onnx"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
