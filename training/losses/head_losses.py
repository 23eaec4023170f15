"""The loss of each head, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from centernet_ros.inference.decoding.activation import limit_log_scale, transform_depth
from centernet_ros.inference.decoding.gather import gather_at
from training.losses.focal import focal_loss
from training.losses.options import LossOptions
from training.losses.orientation import orientation_loss
from training.losses.regression import Normalizer, normalize_total, weighted_l1

Targets = Mapping[str, Tensor]


@dataclass(frozen=True)
class LossContext:
    """What the losses of all heads of a task share.

    Attributes:
        targets: batched, from `training.targets`.
        maps: raw maps of all heads, in float32 at least.
        options: variants.
        normalizer: what L1 losses are divided by where the options do not say it.
        object_mask: name of the target that says which slots hold an object.
    """

    targets: Targets
    maps: Mapping[str, Tensor]
    options: LossOptions
    normalizer: Normalizer
    object_mask: str

    def regress(
        self,
        predictions: Tensor,
        targets: Tensor,
        mask: Tensor,
        default: Normalizer | None = None,
        smooth: bool = False,
    ) -> Tensor:
        """The L1 loss of (B, K, C) vectors.

        Args:
            predictions: (B, K, C).
            targets: the same shape.
            mask: (B, K) or (B, K, C), 0 where there is nothing to learn.
            default: normalizer in place of the task's where the options do not say it.
            smooth: smooth L1.
        """
        weights = mask if mask.ndim == 3 else mask[..., None].expand_as(predictions)
        normalizer = self.options.normalizer or default or self.normalizer
        return weighted_l1(predictions, targets, weights, normalizer, smooth)


HeadLoss = Callable[[Tensor, LossContext], Tensor]


def heatmap_loss(head: str) -> HeadLoss:
    """The loss of (B, C, H, W) heat maps."""
    return lambda maps, context: focal_loss(maps, context.targets[head])


def rotation_loss(maps: Tensor, context: LossContext) -> Tensor:
    """The loss of (B, 8, H, W) observation angles."""
    targets, options = context.targets, context.options
    return orientation_loss(
        gather_at(maps, targets["ind"]),
        targets["rotbin"],
        targets["rotres"],
        targets["rot_mask"],
        options.normalizer == "num_objects",
        options.smooth_orientation,
    )


def depth_loss(maps: Tensor, context: LossContext) -> Tensor:
    """The loss of (B, 1, H, W) depths, which are not known in scaled images."""
    targets = context.targets
    predictions, depths = gather_at(transform_depth(maps), targets["ind"]), targets["dep"]
    if context.options.relative_depth:
        # Empty slots hold 0; they have no weight.
        scale = depths.clamp(min=1)
        predictions, depths = predictions / scale, depths / scale
    return context.regress(predictions, depths, targets["reg_mask"])


def depth_uncertainty_loss(maps: Tensor, context: LossContext) -> Tensor:
    """How unlikely the relative errors of depth are under the (B, 1, H, W) uncertainties.

    The negative logarithm of the Laplace distribution, without its constant (Kendall and Gal
    2017; MonoPair, Chen et al. 2020). Depth learns from it too, each object by how certain it is.
    """
    targets = context.targets
    depths = gather_at(transform_depth(context.maps["dep"]), targets["ind"])
    errors = (depths - targets["dep"]).abs() / targets["dep"].clamp(min=1)
    log_scales = limit_log_scale(gather_at(maps, targets["ind"]))
    weights = targets["reg_mask"][..., None]
    total = ((errors * torch.exp(-log_scales) + log_scales) * weights).sum()
    return normalize_total(total, weights, context.options.normalizer or context.normalizer)


def dimension_loss(maps: Tensor, context: LossContext) -> Tensor:
    """The loss of (B, 3, H, W) dimensions, which are not known in scaled images."""
    targets = context.targets
    return context.regress(gather_at(maps, targets["ind"]), targets["dim"], targets["reg_mask"])


def box_loss(head: str) -> HeadLoss:
    """The loss of vectors that belong to 2D boxes: sizes, offsets or distances to the sides."""

    def compute(maps: Tensor, context: LossContext) -> Tensor:
        targets, smooth = context.targets, context.options.smooth
        dense = targets.get(f"dense_{head}")
        if dense is not None:
            return dense_loss(maps, dense, targets[f"dense_{head}_mask"], context)
        predictions = gather_at(maps, targets["ind"])
        if head == "wh" and "cat_spec_wh" in targets:
            return context.regress(predictions, targets["cat_spec_wh"], targets["cat_spec_mask"])
        return context.regress(
            predictions,
            find_distances(targets) if head == "ltrb" else targets[head],
            targets[context.object_mask],
            "num_objects" if smooth else None,
            smooth,
        )

    return compute


def amodal_offset_loss(maps: Tensor, context: LossContext) -> Tensor:
    """The loss of (B, 2, H, W) offsets from a 2D box's middle to the object's middle in space."""
    targets = context.targets
    predictions = gather_at(maps, targets["ind"])
    return context.regress(predictions, targets["amodal_offset"], targets["rot_mask"])


def joint_loss(maps: Tensor, context: LossContext) -> Tensor:
    """The loss of (B, 2 J, H, W) offsets from a person's centre to the joints."""
    targets = context.targets
    if "dense_hps" in targets:
        return dense_loss(maps, targets["dense_hps"], targets["dense_hps_mask"], context)
    return context.regress(gather_at(maps, targets["ind"]), targets["hps"], targets["hps_mask"])


def joint_offset_loss(maps: Tensor, context: LossContext) -> Tensor:
    """The loss of the joints' sub-pixel offsets, (B, 2, H, W) or one per joint (B, 2 J, H, W)."""
    targets = context.targets
    predictions = gather_at(maps, targets["hp_ind"])
    if predictions.shape[-1] > 2:
        predictions = pick_own_offsets(predictions)
    return context.regress(predictions, targets["hp_offset"], targets["hp_mask"])


def dense_loss(maps: Tensor, targets: Tensor, mask: Tensor, context: LossContext) -> Tensor:
    """The L1 loss of (B, C, H, W) maps at every pixel of the objects."""
    normalizer = context.options.normalizer or context.normalizer
    return weighted_l1(maps, targets, mask, normalizer)


def find_distances(targets: Targets) -> Tensor:
    """(B, K, 4) distances from an object's pixel to the left, upper, right and lower side."""
    half, offset = targets["wh"] / 2, targets["reg"]
    return torch.cat((half - offset, half + offset), -1)


def pick_own_offsets(offsets: Tensor) -> Tensor:
    """(B, K J, 2 J) offsets of all joints at each joint's slot to the (B, K J, 2) of its own."""
    joints = offsets.shape[-1] // 2
    of_all = offsets.unflatten(1, (-1, joints)).unflatten(-1, (joints, 2))
    return of_all.diagonal(dim1=2, dim2=3).movedim(-1, 2).flatten(1, 2)


HEAD_LOSSES: Mapping[str, HeadLoss] = {
    "hm": heatmap_loss("hm"),
    "wh": box_loss("wh"),
    "reg": box_loss("reg"),
    "ltrb": box_loss("ltrb"),
    "amodal_offset": amodal_offset_loss,
    "hps": joint_loss,
    "hm_hp": heatmap_loss("hm_hp"),
    "hp_offset": joint_offset_loss,
    "dep": depth_loss,
    "dep_uncertainty": depth_uncertainty_loss,
    "dim": dimension_loss,
    "rot": rotation_loss,
}
