"""OpenVINO, for CPUs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from centernet_ros.inference.backends.engine_cache import engine_folder
from centernet_ros.inference.backends.libraries import require
from centernet_ros.inference.device import count_threads

if TYPE_CHECKING:
    import openvino

# Its default may be bfloat16, which is inexact, and slower on CPUs without matrix units for it.
OPTIONS = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}


class OpenVinoBackend:
    """Runs an ONNX file, in integers where `centernet_quantize` made it so.

    Args:
        path: the file.
        device: "cpu".
    """

    def __init__(self, path: Path, device: str) -> None:
        runtime = require("openvino", "backend 'openvino'")
        if device != "cpu":
            raise ValueError(f"backend 'openvino' on {device}, expected the device cpu")
        core = runtime.Core()
        folder = engine_folder() / "openvino"
        core.set_property({"CACHE_DIR": str(folder)})
        model = read_model(core, path)
        # Images of a batch run one after the other: known shapes are faster, and on a CPU a
        # batch gains nothing.
        model.reshape([1, *(int(side.get_length()) for side in model.input().partial_shape[1:])])
        options = OPTIONS | {"INFERENCE_NUM_THREADS": count_threads()}
        self._request = core.compile_model(model, "CPU", options).create_infer_request()
        self._names = [output.get_any_name() for output in model.outputs]

    def __call__(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """See `Backend`."""
        rows = []
        for image in pixels:
            self._request.infer([image[None]], share_inputs=True)
            outputs = (self._request.get_output_tensor(i) for i in range(len(self._names)))
            rows.append([output.data.copy() for output in outputs])
        return dict(zip(self._names, map(np.concatenate, zip(*rows))))


def read_model(core: openvino.Core, path: Path) -> openvino.Model:
    """An ONNX file with DeformConv, which OpenVINO's reader does not know by itself."""
    from openvino.frontend.onnx import ConversionExtension

    core.add_extension(ConversionExtension("DeformConv", convert_deform_conv))
    return core.read_model(path)


def convert_deform_conv(node: openvino.frontend.NodeContext) -> list[openvino.Output]:
    """DeformConv of stride 1 as OpenVINO's operator, which has no bias."""
    from openvino import opset8 as op

    x, weight, offset, bias, mask = (node.get_input(i) for i in range(5))
    ones = [1, 1]
    convolved = op.deformable_convolution(
        x, offset, weight, ones, ones, ones, ones, mask=mask, bilinear_interpolation_pad=True
    )
    shape = np.array([1, -1, 1, 1])
    return op.add(convolved, op.reshape(bias, shape, special_zero=False)).outputs()
