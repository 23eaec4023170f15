"""The total loss of a network's maps against its targets, for every task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from centernet_ros.inference.decoding.activation import transform_depth
from centernet_ros.inference.decoding.gather import gather_at
from training.losses.focal import focal_loss
from training.losses.orientation import orientation_loss
from training.losses.regression import Per, weighted_l1

# The paper's section 3 and 4; "ltrb" stands for sizes, and "amodal_offset" counts as "reg" does.
WEIGHTS = {
    **dict.fromkeys(("hm", "reg", "hps", "hm_hp", "hp_offset", "dep", "dim", "rot"), 1.0),
    "amodal_offset": 1.0,
    **dict.fromkeys(("wh", "ltrb"), 0.1),
}
# Head -> names of pixels and mask, where they are not an object's own.
PLACES = {"hps": ("ind", "hps_mask"), "hp_offset": ("hp_ind", "hp_mask")}


@dataclass(frozen=True)
class LossOptions:
    """Variants of the loss.

    Attributes:
        weights: head -> weight, where it differs from the paper's.
        smooth: smooth L1 for sizes and offsets (the authors' reg_loss sl1).
        per: what L1 losses are divided by (see `weighted_l1`), None for the authors' choice.
        relative_depth: errors of depth count as shares of the depth. The paper counts metres, and
            far objects, whose errors are largest, rule what is learned.
        smooth_orientation: smooth L1 for headings as in the authors' code. The paper's L1 goes on
            pulling at errors of a few degrees, which smooth L1 hardly feels.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    smooth: bool = False
    per: Per | None = None
    relative_depth: bool = False
    smooth_orientation: bool = True

    def __post_init__(self) -> None:
        unknown = self.weights.keys() - WEIGHTS.keys()
        if unknown:
            raise ValueError(
                f"loss weight of unknown head {', '.join(sorted(unknown))}, expected some of: "
                f"{', '.join(WEIGHTS)}"
            )


def compute_losses(
    stacks: Sequence[Mapping[str, Tensor]],
    targets: Mapping[str, Tensor],
    options: LossOptions | None = None,
) -> dict[str, Tensor]:
    """Losses averaged over a network's stacks, in float32 at least.

    Args:
        stacks: raw maps head -> (B, C, H, W) of each stack, from `forward_stacks`.
        targets: batched, from `training.targets`.
        options: variants.

    Returns:
        head -> () its loss without weight; "loss" -> () the weighted sum.
    """
    options = options or LossOptions()
    losses: dict[str, Tensor] = {}
    for head in stacks[0]:
        of_stacks = [_compute_loss(head, _widen(maps[head]), targets, options) for maps in stacks]
        losses[head] = torch.stack(of_stacks).mean()
    weights = WEIGHTS | dict(options.weights)
    losses["loss"] = torch.stack([weights[head] * loss for head, loss in losses.items()]).sum()
    return losses


def _widen(maps: Tensor) -> Tensor:
    return maps.float() if maps.dtype in (torch.float16, torch.bfloat16) else maps


def _compute_loss(
    head: str, maps: Tensor, targets: Mapping[str, Tensor], options: LossOptions
) -> Tensor:
    if head in ("hm", "hm_hp"):
        return focal_loss(maps, targets[head])
    # Depths and dimensions are not known in scaled images, where "rot_mask" is the wider one.
    wide = "rot_mask" if head not in ("dep", "dim") and "rot_mask" in targets else "reg_mask"
    spatial = "rot_mask" in targets
    per = options.per or ("slot" if spatial else "entry")
    if head == "rot":
        found = gather_at(maps, targets["ind"])
        return orientation_loss(
            found,
            targets["rotbin"],
            targets["rotres"],
            targets[wide],
            options.per == "object",
            options.smooth_orientation,
        )
    dense = targets.get(f"dense_{head}")
    if dense is not None:
        return weighted_l1(maps, dense, targets[f"dense_{head}_mask"], per)
    if head == "wh" and "cat_spec_wh" in targets:
        found = gather_at(maps, targets["ind"])
        return weighted_l1(found, targets["cat_spec_wh"], targets["cat_spec_mask"], per)
    pixels, mask = PLACES.get(head, ("ind", wide))
    found = gather_at(transform_depth(maps) if head == "dep" else maps, targets[pixels])
    if head == "hp_offset" and found.shape[-1] > 2:
        found = _pick_own_offsets(found)
    weights = targets[mask]
    weights = weights if weights.ndim == 3 else weights[..., None].expand_as(found)
    target = _find_target(head, targets)
    if head == "dep" and options.relative_depth:
        # Empty slots hold 0; they have no weight.
        scale = target.clamp(min=1)
        found, target = found / scale, target / scale
    smooth = options.smooth and head in ("wh", "reg", "ltrb")
    if smooth:
        per = options.per or "object"
    return weighted_l1(found, target, weights, per, smooth)


def _pick_own_offsets(found: Tensor) -> Tensor:
    """(B, K J, 2 J) offsets of all joints at each joint's slot to the (B, K J, 2) of its own."""
    joints = found.shape[-1] // 2
    of_all = found.unflatten(1, (-1, joints)).unflatten(-1, (joints, 2))
    return of_all.diagonal(dim1=2, dim2=3).movedim(-1, 2).flatten(1, 2)


def _find_target(head: str, targets: Mapping[str, Tensor]) -> Tensor:
    """(B, K, C); "ltrb" are the distances from an object's pixel to its box's sides."""
    if head != "ltrb":
        return targets[head]
    half, offset = targets["wh"] / 2, targets["reg"]
    return torch.cat((half - offset, half + offset), -1)
