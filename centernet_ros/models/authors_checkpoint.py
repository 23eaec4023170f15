"""The checkpoints of the paper's authors: what a network is, read from its tensors."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from centernet_ros.labels import COCO_CLASSES, KITTI_CLASSES, PASCAL_CLASSES, PERSON_CLASSES
from centernet_ros.models.architectures import create_model
from centernet_ros.models.backbones.resnet import BLOCK_COUNTS
from centernet_ros.models.input_spec import InputSpec
from centernet_ros.models.spec import ModelSpec

# In RGB order, yet the authors trained with them on BGR, so their weights need them so.
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# fx of most of KITTI's cameras, on images 1242 wide that the network sees 1280 wide.
KITTI_FOCAL_LENGTH = 721.5377 * 1280 / 1242
HEADS = {
    "ddd": ({"hm", "dep", "rot", "dim"}, {"wh", "reg"}),
    "multi_pose": ({"hm", "wh", "hps"}, {"reg", "hm_hp", "hp_offset"}),
    "ctdet": ({"hm", "wh"}, {"reg"}),
}


def clean_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors under the names that the networks here have.

    Removes DataParallel's prefix and DLA's unused classifier, and adds the counters of batch norm
    that files of PyTorch 0.4.0 lack.
    """
    cleaned = {
        name.removeprefix("module."): tensor
        for name, tensor in weights.items()
        if not name.removeprefix("module.").startswith("base.fc.")
    }
    for name in [name for name in cleaned if name.endswith(".running_var")]:
        counter = name.replace(".running_var", ".num_batches_tracked")
        cleaned.setdefault(counter, torch.zeros((), dtype=torch.int64))
    return cleaned


def infer_spec(weights: Mapping[str, Tensor]) -> ModelSpec:
    """Architecture, heads, head width, classes and input of a network.

    Args:
        weights: from `clean_weights`.

    Raises:
        ValueError: they are of no network known here.
    """
    arch = infer_arch(weights)
    heads, head_conv = infer_heads(weights, arch)
    class_names, inputs = infer_data(heads)
    return ModelSpec(
        arch,
        heads,
        class_names,
        inputs,
        head_conv,
        focal_length=KITTI_FOCAL_LENGTH if "dep" in heads else None,
        origin="a checkpoint in the format of the paper's authors",
    )


def infer_arch(weights: Mapping[str, Tensor]) -> str:
    """The name of the architecture.

    Raises:
        ValueError: it is none of the authors'.
    """
    modules = {name.partition(".")[0] for name in weights}
    if "kps" in modules:
        return "hourglass"
    if "dla_up" in modules:
        return "dla_34" if "ida_up" in modules else "dlav0_34"
    counts = tuple(
        len({name.split(".")[1] for name in weights if name.startswith(f"layer{level}.")})
        for level in (1, 2, 3, 4)
    )
    bottleneck = "layer1.0.conv3.weight" in weights
    family = "resdcn" if "deconv_layers.0.conv_offset_mask.weight" in weights else "res"
    for depth, expected in BLOCK_COUNTS.items():
        if counts == expected and bottleneck == (depth >= 50):
            return f"{family}_{depth}"
    raise ValueError(
        f"tensors of no known architecture ({', '.join(sorted(modules)[:8])}), expected those of "
        "res_N, resdcn_N, dla_34, dlav0_34 or hourglass"
    )


def infer_heads(weights: Mapping[str, Tensor], arch: str) -> tuple[dict[str, int], int]:
    """Head name -> channels in the file's order, and the heads' hidden channels.

    Raises:
        ValueError: the heads are of no task known here.
    """
    with torch.device("meta"):
        bare = create_model(ModelSpec(arch, {"hm": 1}, ("",)))
    backbone = {name for name, _ in bare.named_children()} - {"hm"}
    layers: dict[str, list[Tensor]] = {}
    for name, tensor in weights.items():
        module = name.partition(".")[0]
        if module not in backbone and name.endswith(".weight"):
            layers.setdefault(module, []).append(tensor)
    heads = {name: len(tensors[-1]) for name, tensors in layers.items()}
    check_heads(heads)
    return heads, len(layers["hm"][0]) if len(layers["hm"]) > 1 else 0


def check_heads(heads: Mapping[str, int]) -> None:
    """Refuse heads that serve none of the paper's tasks.

    Raises:
        ValueError: names the heads and what was expected.
    """
    if not any(
        required <= heads.keys() <= required | optional for required, optional in HEADS.values()
    ):
        expected = "; ".join(
            f"{task}: {', '.join(sorted(required))} and perhaps {', '.join(sorted(optional))}"
            for task, (required, optional) in HEADS.items()
        )
        raise ValueError(f"heads of no known task: {', '.join(heads)}; expected {expected}")
    joints = heads.get("hps", 0) // 2
    channels = {"reg": {2}, "dep": {1}, "rot": {8}, "dim": {3}, "hp_offset": {2}}
    channels |= {"wh": {2, 2 * heads["hm"]}, "hps": {2 * joints}, "hm_hp": {joints}}
    for name, count in heads.items():
        if count not in channels.get(name, {count}):
            raise ValueError(
                f"head {name} has {count} channels, expected "
                f"{' or '.join(map(str, sorted(channels[name])))}"
            )


def infer_data(heads: Mapping[str, int]) -> tuple[tuple[str, ...], InputSpec]:
    """Class names and input of the data that the authors trained such heads on."""
    classes = heads["hm"]
    unnamed = tuple(f"class {i}" for i in range(classes))
    if "dep" in heads:
        inputs = InputSpec((384, 1280), "width", mean=IMAGENET_MEAN, std=IMAGENET_STD)
        return (KITTI_CLASSES if classes == len(KITTI_CLASSES) else unnamed), inputs
    if "hps" in heads:
        return (PERSON_CLASSES if classes == len(PERSON_CLASSES) else unnamed), InputSpec()
    if classes == len(PASCAL_CLASSES):
        return PASCAL_CLASSES, InputSpec((384, 384), mean=IMAGENET_MEAN, std=IMAGENET_STD)
    return (COCO_CLASSES if classes == len(COCO_CLASSES) else unnamed), InputSpec()
