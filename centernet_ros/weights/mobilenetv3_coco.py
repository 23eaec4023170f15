"""Converts the COCO CenterNet of the npm package @vladmandic/human to MobileNetV3."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from centernet_ros.labels import COCO_CLASSES
from centernet_ros.models import CenterNet, InputSpec, ModelSpec
from centernet_ros.models.backbones.mobilenetv3 import (
    InvertedResidual,
    Lateral,
    MobileNetV3,
    SqueezeExcite,
    Upsample,
)
from centernet_ros.weights.folded_layers import copy_conv, copy_normed, copy_separable
from centernet_ros.weights.tfjs import read_tfjs_weights

SPEC = ModelSpec(
    arch="mobilenetv3",
    heads={"hm": len(COCO_CLASSES), "ltrb": 4},
    class_names=COCO_CLASSES,
    input=InputSpec(
        size=(512, 512),
        mode="stretch",
        mean=(0.0, 0.0, 0.0),
        std=(1 / 255, 1 / 255, 1 / 255),
        channel_order="rgb",
    ),
    origin="npm package @vladmandic/human 3.3.6, models/centernet (MIT)",
)
# The graph regresses distances in units of 16 input pixels, this package in output pixels.
DISTANCE_SCALE = 16 / CenterNet.stride
# Its hard swish and hard sigmoid multiply by 0.1666 in float16, where PyTorch's divide by 6.
HARD_SCALE = 6 * float(np.float16(0.1666))


def convert_mobilenetv3_coco(model_json: Path) -> CenterNet:
    """The network with the published weights, in eval mode.

    Raises:
        ValueError: the file is not the published model.
    """
    published = read_tfjs_weights(model_json)
    weights = {
        name.removeprefix("tower_0/"): torch.from_numpy(value) for name, value in published.items()
    }
    model = MobileNetV3(SPEC)
    try:
        with torch.no_grad():
            _copy_backbone(model, weights)
            _copy_pyramid(model, weights)
            _absorb_hard_scale(model)
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{model_json}: not the published model: {error}") from error
    return model.eval()


def _copy_backbone(model: MobileNetV3, weights: dict[str, Tensor]) -> None:
    copy_normed(model.stem, weights, "MobilenetV3/Conv/Conv2D")
    for i, block in enumerate(model.blocks):
        name = "MobilenetV3/expanded_conv" + (f"_{i}" if i else "")
        if isinstance(block.expand, nn.Sequential):
            copy_normed(block.expand, weights, f"{name}/expand/Conv2D")
        copy_normed(block.depthwise, weights, f"{name}/depthwise/depthwise")
        if isinstance(block.squeeze, SqueezeExcite):
            for layer, part in ((block.squeeze.reduce, "Conv"), (block.squeeze.expand, "Conv_1")):
                part_name = f"{name}/squeeze_excite/{part}"
                copy_conv(layer, weights, f"{part_name}/weights", f"{part_name}/biases")
        copy_normed(block.project, weights, f"{name}/project/Conv2D")
    copy_normed(model.last, weights, "extern1/Conv2D")


def _copy_pyramid(model: MobileNetV3, weights: dict[str, Tensor]) -> None:
    for level in (2, 3, 4):
        lateral: Lateral = model.get_submodule(f"lateral{level}")
        copy_normed(lateral.reduce, weights, f"CenternetHead/c{level}_reverse/1x1/Conv2D")
        copy_separable(lateral.separable, weights, f"CenternetHead/c{level}_reverse/3x3")
    for level in (3, 4, 5):
        up: Upsample = model.get_submodule(f"up{level}")
        name = f"CenternetHead/c{level}_upsample/branch_{{}}_upsample_resize"
        copy_separable(up.small, weights, name.format("x"))
        copy_separable(up.large, weights, name.format("y"))
    copy_normed(model.attention[0], weights, "CenternetHead/conv1x1_se_a/Conv2D")
    copy_conv(model.attention[1], weights, "CenternetHead/conv1x1_se_b/weights")
    for head, name in (("hm", "cls"), ("ltrb", "wh")):
        depthwise, pointwise = model.head[head]
        output = f"CenternetHead/centernet_{name}_output"
        copy_conv(depthwise, weights, f"{output}/depthwise_weights")
        copy_conv(pointwise, weights, f"{output}/pointwise_weights", f"{output}/biases")
    for parameter in model.head["ltrb"][1].parameters():
        parameter *= DISTANCE_SCALE


def _absorb_hard_scale(model: MobileNetV3) -> None:
    """Multiply what follows each hard swish and hard sigmoid, so that PyTorch's give the same."""
    first, second = model.blocks[:2]
    # The stem's hard swish is also added to the first block's output; that block may be scaled
    # as a whole, because ReLU is positively homogeneous.
    first.depthwise.norm.bias /= HARD_SCALE
    first.project.norm.bias /= HARD_SCALE
    second.expand.conv.weight *= HARD_SCALE
    for block in model.blocks:
        _absorb_in_block(block)
    for branch in (model.up5.small, model.up5.large):
        branch[0].weight *= HARD_SCALE


def _absorb_in_block(block: InvertedResidual) -> None:
    squeezes, swishes = (
        isinstance(block.squeeze, SqueezeExcite),
        isinstance(block.depthwise.act, nn.Hardswish),
    )
    if swishes:
        block.depthwise.conv.weight *= HARD_SCALE
        block.project.conv.weight *= HARD_SCALE
    if squeezes:
        block.project.conv.weight *= HARD_SCALE
    if squeezes and swishes:
        block.squeeze.reduce.weight *= HARD_SCALE
