"""OpenVINO, for CPUs."""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from centernet_ros.inference.backends.engine_cache import engine_folder
from centernet_ros.inference.backends.libraries import require
from centernet_ros.inference.device import count_threads

if TYPE_CHECKING:
    import openvino

# Its default may be bfloat16, which is inexact, and slower on CPUs without matrix units for it.
OPTIONS = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
# Threads create it one after the other, so that there is one.
CORE = threading.Lock()


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
        with CORE:
            core = keep_core(runtime)
        model = core.read_model(path)
        # Images of a batch run one after the other: known shapes are faster, and on a CPU a
        # batch gains nothing.
        model.reshape([1, *(int(side.get_length()) for side in model.input().partial_shape[1:])])
        options = OPTIONS | {
            "INFERENCE_NUM_THREADS": count_threads(),
            "CACHE_DIR": str(engine_folder() / "openvino"),
        }
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


@functools.cache
def keep_core(runtime: ModuleType) -> openvino.Core:
    """The process's only core, which knows DeformConv and is never given up.

    A core gives its thread a stack to handle signals on and frees it when it goes. With several
    cores, or one that goes in another thread, a freed stack would stay in use, and the next
    signal, such as Ctrl-C, would crash the process.
    """
    from openvino.frontend.onnx import ConversionExtension

    core: openvino.Core = runtime.Core()
    core.add_extension(ConversionExtension("DeformConv", convert_deform_conv))
    return core


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
