"""Heads of a checkpoint made into the heads of the network that starts from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from centernet_ros.labels import COCO_NAMES
from centernet_ros.models.heads import HEATMAP_BIAS


def take_classes(
    weights: Mapping[str, Tensor], names: Sequence[str], wanted: Sequence[str]
) -> dict[str, Tensor]:
    """The heat map of other classes; those that the checkpoint does not know begin as new ones do.

    Args:
        weights: of the checkpoint, by name.
        names: its classes.
        wanted: classes of the network to start, found by name or by COCO's name for them.

    Returns:
        the tensors of the last layer of "hm", none where no class is known or nothing changes.
    """
    known = [COCO_NAMES.get(name, name) for name in names]
    rows = [
        known.index(n) if (n := COCO_NAMES.get(name, name)) in known else None for name in wanted
    ]
    layers = [name.rpartition(".")[0] for name in weights if "hm" in name.split(".")]
    if not layers or rows == list(range(len(names))) or not any(row is not None for row in rows):
        return {}
    weight, bias = (weights[f"{layers[-1]}.{part}"] for part in ("weight", "bias"))
    new_weight, new_bias = torch.zeros_like(weight[:1]), torch.full_like(bias[:1], HEATMAP_BIAS)
    return {
        f"{layers[-1]}.{part}": torch.cat([new if i is None else old[i : i + 1] for i in rows])
        for part, old, new in (("weight", weight, new_weight), ("bias", bias, new_bias))
    }


def make_sizes(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The heads "wh" and "reg" that give the boxes of a head "ltrb".

    Its distances to the left, upper, right and lower side are linear in the last layer: their sums
    are the size, half their differences the offset of the middle.

    Args:
        weights: of the checkpoint, by name.

    Returns:
        the tensors of both heads, none where there is no "ltrb".
    """
    sides = {name: tensor for name, tensor in weights.items() if "ltrb" in name.split(".")}
    if not sides:
        return {}
    last = list(sides)[-1].rpartition(".")[0]
    of_head = {
        "wh": torch.tensor([[1.0, 0, 1, 0], [0, 1, 0, 1]]),
        "reg": torch.tensor([[-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]]),
    }
    return {
        name.replace("ltrb", head): torch.tensordot(matrix.to(tensor), tensor, 1)
        if name.rpartition(".")[0] == last
        else tensor
        for head, matrix in of_head.items()
        for name, tensor in sides.items()
    }


def add_hidden_channels(
    weights: Mapping[str, Tensor], expected: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Separable heads without hidden channels as ones that have them and compute the same.

    Each output c is ReLU(c) - ReLU(-c) of two hidden channels; the others begin without a say
    (as the wider networks of Chen et al., "Net2Net", 2016).

    Args:
        weights: of the checkpoint, by name.
        expected: of the network to start, with their initial values.

    Returns:
        the tensors of the heads whose 1x1 convolution the network has with hidden channels.
    """
    added: dict[str, Tensor] = {}
    for last, initial in expected.items():
        head, _, layer = last.removesuffix(".weight").rpartition(".")
        first = f"{head}.1"
        weight, hidden = weights.get(f"{first}.weight"), expected.get(f"{first}.weight")
        if layer != "3" or last in weights or weight is None or hidden is None:
            continue
        channels = len(initial)
        if weight.shape != (channels, *hidden.shape[1:]) or len(hidden) < 2 * channels:
            continue
        bias = weights[f"{first}.bias"]
        wide, wide_bias = hidden.clone(), expected[f"{first}.bias"].clone()
        wide[: 2 * channels] = torch.cat((weight, -weight))
        wide_bias[: 2 * channels] = torch.cat((bias, -bias))
        both = torch.zeros_like(initial)
        both[:, : 2 * channels, 0, 0] = torch.cat((torch.eye(channels), -torch.eye(channels)), 1)
        added |= {
            f"{first}.weight": wide,
            f"{first}.bias": wide_bias,
            last: both,
            f"{head}.3.bias": torch.zeros_like(bias),
        }
    return added
