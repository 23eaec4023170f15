"""The authors' way to move regressed joints to the peaks of their heat maps."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

MIN_SCORE = 0.1


def suppress(heatmap: Tensor) -> Tensor:
    """Set a (B, C, H, W) heat map to 0 wherever a neighbour is higher."""
    return heatmap * (F.max_pool2d(heatmap, 3, 1, 1) == heatmap).float()


def move_joints(joints: Tensor, boxes: Tensor, maps: dict[str, Tensor]) -> Tensor:
    """Move joints as the authors' `multi_pose_decode` does after it has the regressed joints.

    Args:
        joints: (1, K, 2 J) regressed x y in the output map.
        boxes: (1, K, 4) x1 y1 x2 y2 in the output map.
        maps: raw "hm_hp" (1, J, H, W) and "hp_offset" (1, 2, H, W).

    Returns:
        (1, K, 2 J) x y in the output map.
    """
    heatmap = suppress(maps["hm_hp"].sigmoid_())
    _, number, _, width = heatmap.shape
    count = joints.shape[1]
    scores, places = heatmap.view(1, number, -1).topk(count)
    offsets = maps["hp_offset"].permute(0, 2, 3, 1).contiguous().view(1, -1, 2)
    offsets = offsets.gather(1, places.view(1, -1, 1).expand(-1, -1, 2)).view(1, number, count, 2)
    peaks = torch.stack((places % width, places // width), -1).float() + offsets
    known = (scores > MIN_SCORE).float()
    scores = known * scores - (1 - known)
    peaks = known.unsqueeze(-1) * peaks - 10000 * (1 - known.unsqueeze(-1))

    joints = joints.view(1, count, number, 2).permute(0, 2, 1, 3).contiguous()
    every = peaks.unsqueeze(2).expand(-1, -1, count, -1, -1)
    distance, best = (((joints.unsqueeze(3) - every) ** 2).sum(4) ** 0.5).min(3)
    nearest = every.gather(3, best.view(1, number, count, 1, 1).expand(-1, -1, -1, 1, 2))
    nearest = nearest.view(1, number, count, 2)
    low, high = boxes[:, None, :, :2], boxes[:, None, :, 2:]
    refused = (nearest < low).any(-1) | (nearest > high).any(-1)
    refused |= scores.gather(2, best) < MIN_SCORE
    refused |= distance > (high - low).amax(-1) * 0.3
    refused = refused.float().unsqueeze(-1)
    joints = (1 - refused) * nearest + refused * joints
    return joints.permute(0, 2, 1, 3).contiguous().view(1, count, -1)
