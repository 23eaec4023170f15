"""Post-training quantization of an exported network to 8-bit integers, by NNCF."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from centernet_ros.inference.backends.exported import ExportedModel
from centernet_ros.inference.backends.libraries import quiet_logger, require

if TYPE_CHECKING:
    import onnx

# Where the exporter says which modules a node comes from, and the network's own name there.
SCOPES, NETWORK = "pkg.torch.onnx.name_scopes", re.compile(r"\bmodel\b")


def quantize(exported: ExportedModel, path: Path, images: Sequence[np.ndarray]) -> None:
    """Write an exported network with its convolutions in integers.

    Args:
        exported: from `write_onnx`.
        path: the file to write; it describes itself as the exported one does.
        images: (1, H, W, 3) uint8 inputs of the kind that the network will see.

    Raises:
        ValueError: no image, or a library is missing.
    """
    nncf = require("int8", "quantizing")
    onnx = require("export", "quantizing")
    if not images:
        raise ValueError("no images to quantize by")
    model = onnx.load(exported.path)
    with quiet_logger("nncf"):
        quantized = nncf.quantize(
            model,
            nncf.Dataset(images, lambda pixels: {"pixels": pixels}),
            subset_size=len(images),
            # Symmetric: with zero points OpenVINO runs transposed convolutions in f32.
            preset=nncf.QuantizationPreset.PERFORMANCE,
            ignored_scope=nncf.IgnoredScope(names=list_exact_nodes(model), validate=False),
        )
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        onnx.save(quantized, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def list_exact_nodes(model: onnx.ModelProto) -> list[str]:
    """What stays in floating point: normalization, decoding, and depthwise convolutions.

    The last are a small part of the work and lose most of the accuracy.
    """
    return [
        node.name
        for node in model.graph.node
        if any(a.name == "group" and a.i > 1 for a in node.attribute)
        or not any(p.key == SCOPES and NETWORK.search(p.value) for p in node.metadata_props)
    ]
