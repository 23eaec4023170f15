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
    MobileNetV3,
    SqueezeExcite,
)
from centernet_ros.models.backbones.same_conv import ConvNorm
from centernet_ros.weights.folded_layers import copy_conv, copy_normed, copy_separable
from centernet_ros.weights.tfjs import read_tfjs_weights

SPEC = ModelSpec(
    arch="mobilenetv3",
    heads={"hm": len(COCO_CLASSES), "ltrb": 4},
    class_names=COCO_CLASSES,
    input=InputSpec(
        size=(512, 512),
        resize="stretch",
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
    for i, block in enumerate(list_blocks(model)):
        name = "MobilenetV3/expanded_conv" + (f"_{i}" if i else "")
        if isinstance(block.expand, ConvNorm):
            copy_normed(block.expand, weights, f"{name}/expand/Conv2D")
        copy_normed(block.depthwise, weights, f"{name}/depthwise/depthwise")
        if isinstance(block.squeeze, SqueezeExcite):
            for layer, part in ((block.squeeze.reduce, "Conv"), (block.squeeze.expand, "Conv_1")):
                part_name = f"{name}/squeeze_excite/{part}"
                copy_conv(layer, weights, f"{part_name}/weights", f"{part_name}/biases")
        copy_normed(block.project, weights, f"{name}/project/Conv2D")
    copy_normed(model.last, weights, "extern1/Conv2D")


def _copy_pyramid(model: MobileNetV3, weights: dict[str, Tensor]) -> None:
    laterals = {2: model.lateral2, 3: model.lateral3, 4: model.lateral4}
    for level, lateral in laterals.items():
        copy_normed(lateral.reduce, weights, f"CenternetHead/c{level}_reverse/1x1/Conv2D")
        copy_separable(lateral.separable, weights, f"CenternetHead/c{level}_reverse/3x3")
    for level, up in {3: model.up3, 4: model.up4, 5: model.up5}.items():
        name = f"CenternetHead/c{level}_upsample/branch_{{}}_upsample_resize"
        copy_separable(up.small, weights, name.format("x"))
        copy_separable(up.large, weights, name.format("y"))
    copy_normed(model.attention[0], weights, "CenternetHead/conv1x1_se_a/Conv2D")
    copy_conv(model.attention[1], weights, "CenternetHead/conv1x1_se_b/weights")
    for head, name in (("hm", "cls"), ("ltrb", "wh")):
        depthwise, pointwise = model.head[head].children()
        output = f"CenternetHead/centernet_{name}_output"
        copy_conv(depthwise, weights, f"{output}/depthwise_weights")
        copy_conv(pointwise, weights, f"{output}/pointwise_weights", f"{output}/biases")
        if head == "ltrb":
            for parameter in pointwise.parameters():
                parameter.mul_(DISTANCE_SCALE)


def list_blocks(model: MobileNetV3) -> list[InvertedResidual]:
    """The blocks of the backbone, from the image on."""
    return [block for block in model.blocks if isinstance(block, InvertedResidual)]


def _absorb_hard_scale(model: MobileNetV3) -> None:
    """Multiply what follows each hard swish and hard sigmoid, so that PyTorch's give the same."""
    first, second, *_ = blocks = list_blocks(model)
    # The stem's hard swish is also added to the first block's output; that block may be scaled
    # as a whole, because ReLU is positively homogeneous.
    first.depthwise.norm.bias.div_(HARD_SCALE)
    first.project.norm.bias.div_(HARD_SCALE)
    assert isinstance(second.expand, ConvNorm)
    second.expand.conv.weight *= HARD_SCALE
    for block in blocks:
        _absorb_in_block(block)
    for branch in (model.up5.small, model.up5.large):
        depthwise, _ = branch.children()
        assert isinstance(depthwise, nn.Conv2d)
        depthwise.weight *= HARD_SCALE


def _absorb_in_block(block: InvertedResidual) -> None:
    swishes = isinstance(block.depthwise.act, nn.Hardswish)
    if swishes:
        block.depthwise.conv.weight *= HARD_SCALE
        block.project.conv.weight *= HARD_SCALE
    if isinstance(block.squeeze, SqueezeExcite):
        block.project.conv.weight *= HARD_SCALE
        if swishes:
            block.squeeze.reduce.weight *= HARD_SCALE
