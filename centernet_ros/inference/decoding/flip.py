"""Averaging the maps of an image and of its mirror image."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from centernet_ros.labels import COCO_JOINT_PAIRS

AVERAGED = ("hm", "wh", "ltrb", "hps", "hm_hp")


def average_mirrored(
    maps: dict[str, Tensor],
    mirrored: dict[str, Tensor],
    joint_pairs: Sequence[tuple[int, int]] = COCO_JOINT_PAIRS,
) -> dict[str, Tensor]:
    """The authors' flip test: sub-pixel offsets come from the image alone.

    Args:
        maps: activated (B, channels, H, W) per head of the images.
        mirrored: the same of the mirrored images.
        joint_pairs: joints that change places in a mirror image.
    """
    return {
        name: (values + mirror_map(name, mirrored[name], joint_pairs)) / 2
        if name in AVERAGED
        else values
        for name, values in maps.items()
    }


def mirror_map(
    name: str, values: Tensor, joint_pairs: Sequence[tuple[int, int]] = COCO_JOINT_PAIRS
) -> Tensor:
    """What a head would say of the mirrored image.

    Args:
        name: of the head.
        values: (B, channels, H, W).
        joint_pairs: joints that change places.

    Returns:
        (B, channels, H, W).
    """
    # Constants are not copied to the device, which a recorded graph could not repeat.
    values = values.flip(3)
    if name == "ltrb":
        left, top, right, bottom = values.unbind(1)
        # Distances are from a pixel's left edge, which is its right edge in the mirror.
        return torch.stack((right - 1, top, left + 1, bottom), 1)
    if name == "hm_hp":
        return _swap_joints(values.unsqueeze(2), joint_pairs).flatten(1, 2)
    if name == "hps":
        x, y = _swap_joints(values.unflatten(1, (-1, 2)), joint_pairs).unbind(2)
        return torch.stack((-x, y), 2).flatten(1, 2)
    return values


def _swap_joints(values: Tensor, joint_pairs: Sequence[tuple[int, int]]) -> Tensor:
    """(B, J, ...) with the joints of each pair exchanged."""
    joints = list(values.unbind(1))
    for left, right in joint_pairs:
        joints[left], joints[right] = joints[right], joints[left]
    return torch.stack(joints, 1)
