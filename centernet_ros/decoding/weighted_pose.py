"""Human poses by MoveNet's rule, as in Google's published graph, which has no paper."""

from __future__ import annotations

import torch
from torch import Tensor

from centernet_ros.decoding.ctdet import decode_boxes
from centernet_ros.decoding.multi_pose import MapPoses
from centernet_ros.decoding.peaks import find_peaks, gather_at

# Rows and columns to each side that hold one person's centre alone.
PEAK_REACH = 2
# The graph's constants are stored as float16: 0.3 of the map's shorter side is the square, in
# output pixels, of the distance at which a joint's heat map counts 1 / e; and 0.127 is the lowest
# score of a joint that counts for its person.
NEARNESS = 0.300048828125
MIN_JOINT_SCORE = 0.126953125


def decode_weighted_pose(maps: dict[str, Tensor], count: int = 6) -> MapPoses:
    """Persons with joints; each joint is where its heat map, weighted by nearness, is highest.

    The weight falls with the distance to the regressed joint and is zero outside the person's box.
    A person's score is that of the centre times the mean score of the joints that are seen.

    Args:
        maps: "hm" (B, C, H, W) and "hm_hp" (B, J, H, W) after the sigmoid, "wh" and "reg", both
            (B, 2, H, W), "hps" (B, 2 J, H, W) and "hp_offset" (B, 2, H, W) or, with an offset per
            joint, (B, 2 J, H, W); in pixels of the output map.
        count: persons per image; takes count * J * H * W numbers of memory for each.

    Returns:
        persons with `keypoint_scores` of the weighted heat map.
    """
    peaks = find_peaks(maps["hm"], count, PEAK_REACH)
    boxes = decode_boxes(peaks, maps | {"wh": maps["wh"].clamp(min=0)})
    centres = torch.stack((peaks.xs, peaks.ys), -1).unsqueeze(2)
    regressed = gather_at(peaks, maps["hps"]).unflatten(-1, (-1, 2)) + centres
    weighted = weigh_joints(maps["hm_hp"], regressed, boxes).flatten(3)

    place = weighted.argmax(-1).transpose(1, 2)  # (B, J, K)
    # As in the graph a joint has the score of whichever person it suits best.
    joint_scores = weighted.amax(1).gather(2, place).transpose(1, 2)
    keypoints = locate_joints(place, maps["hp_offset"]).transpose(1, 2)

    seen = joint_scores > MIN_JOINT_SCORE
    means = (joint_scores * seen).sum(-1) / seen.sum(-1).clamp(min=1)
    scores, order = (peaks.scores * means).sort(descending=True, stable=True)
    columns = (boxes, peaks.labels, keypoints, joint_scores)
    rows = torch.arange(len(order), device=order.device).unsqueeze(1)
    boxes, labels, keypoints, joint_scores = (column[rows, order] for column in columns)
    return MapPoses(boxes, scores, labels, keypoints, joint_scores)


def weigh_joints(heatmap: Tensor, regressed: Tensor, boxes: Tensor) -> Tensor:
    """Each person's view of the joints' heat maps.

    Args:
        heatmap: (B, J, H, W) in 0..1.
        regressed: (B, K, J, 2) x y, in pixels of the map.
        boxes: (B, K, 4) x1 y1 x2 y2, in pixels of the map.

    Returns:
        (B, K, J, H, W).
    """
    variance = NEARNESS * min(heatmap.shape[-2:])
    lines = []
    for axis, length in ((0, heatmap.shape[-1]), (1, heatmap.shape[-2])):
        places = torch.arange(length, device=heatmap.device, dtype=heatmap.dtype)
        nearness = (-(places - regressed[..., axis, None]).square() / variance).exp()
        first, last = boxes[..., axis, None], boxes[..., axis + 2, None]
        inside = (places >= first) & (places < last)
        lines.append(nearness * inside.unsqueeze(2))
    columns, rows = lines
    return heatmap.unsqueeze(1) * rows.unsqueeze(-1) * columns.unsqueeze(-2)


def locate_joints(place: Tensor, offsets: Tensor) -> Tensor:
    """Add the sub-pixel offsets.

    Args:
        place: (B, J, K) index into the flattened map.
        offsets: (B, 2, H, W) or (B, 2 J, H, W) x y.

    Returns:
        (B, J, K, 2) x y in pixels of the map.
    """
    joints, width = place.shape[1], offsets.shape[-1]
    offsets = offsets.unflatten(1, (-1, 2)).flatten(3).expand(-1, joints, -1, -1)
    shifts = offsets.gather(3, place.unsqueeze(2).expand(-1, -1, 2, -1)).transpose(2, 3)
    pixels = torch.stack((place % width, torch.div(place, width, rounding_mode="floor")), -1)
    return pixels + shifts
