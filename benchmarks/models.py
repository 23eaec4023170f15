"""Builds the networks that are measured, and the ways to run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from centernet_ros.inference.backends.engine_cache import find_engine, hash_content
from centernet_ros.inference.backends.exported import ExportedModel, read_exported
from centernet_ros.inference.backends.int8 import quantize
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models import CenterNet, InputSpec, ModelSpec, create_model, load_model
from centernet_ros.models.deform_conv import ModulatedDeformConv
from centernet_ros.models.input_spec import Resize
from centernet_ros.weights.store import DEFAULT_MODEL, find_weights

HEADS = {
    "ctdet": {"hm": 80, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
}
SIZES = {"ctdet": "512x512", "multi_pose": "512x512", "ddd": "384x1280"}
MODELS = (
    DEFAULT_MODEL,
    "res_18:ctdet",
    "resdcn_18:ctdet",
    "dla_34:ctdet",
    "dla_34:multi_pose",
    "dla_34:ddd",
)
INT8 = "int8"
BACKENDS = ("torch", "torch_compiled", "onnxruntime", "openvino", INT8)


def build_model(name: str, image_size: tuple[int, int]) -> CenterNet:
    """Build a network from its name.

    Args:
        name: a published model, a checkpoint, or ARCHITECTURE:TASK[:HEIGHTxWIDTH], which gets
            random weights.
        image_size: height and width of the images, which the size of the input may depend on.

    Raises:
        CheckpointError: the checkpoint cannot be used.
        ValueError: there is no such architecture, task or size.
    """
    arch, _, rest = name.partition(":")
    task, _, size = rest.partition(":")
    if not task:
        model = load_model(find_weights(name))
        taken = compute_geometry(image_size, model.spec.input, model.divisor).size
        model.spec = replace(model.spec, input=model.spec.input.with_static_size(taken))
        return model
    if task not in HEADS:
        raise ValueError(f"task {task!r}, expected one of: {', '.join(HEADS)}")
    resize: Resize = "width" if task == "ddd" else "longest_edge"
    inputs = InputSpec(parse_size(size or SIZES[task]), resize)
    heads = HEADS[task]
    torch.manual_seed(0)
    model = create_model(ModelSpec(arch, heads, ("",) * heads["hm"], inputs))
    for layer in model.modules():
        if isinstance(layer, ModulatedDeformConv):  # A trained network moves its taps too.
            torch.nn.init.normal_(layer.conv_offset_mask.weight, std=0.01)
    return model.eval()


def parse_size(text: str) -> tuple[int, int]:
    """Read the height and the width.

    Raises:
        ValueError: networks do not take such a size.
    """
    sides = text.split("x")
    if len(sides) != 2 or not all(side.isdigit() and int(side) % 32 == 0 for side in sides):
        raise ValueError(f"size {text!r}, expected HEIGHTxWIDTH in multiples of 32")
    return int(sides[0]), int(sides[1])


def build_predictors(model: CenterNet, backends: Sequence[str]) -> dict[str, Predictor]:
    """Build a predictor on the CPU for each backend; "int8" is OpenVINO with 8-bit integers."""
    return {
        name: Predictor(find_int8(model), backend="openvino")
        if name == INT8
        else Predictor(model, backend=name)
        for name in backends
    }


def find_int8(model: CenterNet) -> ExportedModel:
    """Quantize the network to 8-bit integers, or find what was quantized before.

    It is calibrated on noise, which is enough to measure speed but not accuracy.
    """
    size = model.spec.input.size
    exported = read_exported(find_engine(model, size, DecodingOptions()))
    path = exported.path.with_name(f"{hash_content(model, 'int8 on noise')}.onnx")
    if not path.is_file():
        rng = np.random.default_rng(0)
        noise = [rng.integers(0, 256, (1, *size, 3), np.uint8) for _ in range(2)]
        quantize(exported, path, noise)
    return read_exported(path)
