"""Human poses by MoveNet's rule, as in Google's published graph, which has no paper."""

from __future__ import annotations

import torch
from torch import Tensor

from centernet_ros.inference.decoding.ctdet import decode_boxes
from centernet_ros.inference.decoding.multi_pose import MapPoses
from centernet_ros.inference.decoding.peaks import find_peaks

# Rows and columns to each side that hold no other person's centre.
PEAK_REACH = 2
# The graph's 0.3 and 0.127, which it stores as float16. First, the part of the map's shorter side
# that is the squared distance, in pixels of the map, at which a joint's weight is 1 / e.
NEARNESS = 0.300048828125
# What a joint's score must exceed to count for its person.
MIN_JOINT_SCORE = 0.126953125
# As many as COCO's evaluation takes; each costs about a millisecond on a core.
MAX_PERSONS = 20


def decode_weighted_pose(maps: dict[str, Tensor], max_detections: int = MAX_PERSONS) -> MapPoses:
    """Persons with joints; each joint is where its heat map, weighted by nearness, is highest.

    The weight falls with the distance to the regressed joint and is zero outside the person's box.
    A person's score is that of the centre times the mean of the joints' that count. Where a person
    has no weight at all the joint stays as regressed; the graph puts it into the map's corner.

    Args:
        maps: "hm" (B, C, H, W) and "hm_hp" (B, J, H, W) after the sigmoid, "wh" and "reg", both
            (B, 2, H, W), "hps" (B, 2 J, H, W), and "hp_offset" (B, 2, H, W) or, with an offset per
            joint, (B, 2 J, H, W); in pixels of the output map.
        max_detections: persons per image, never more than 20; the published graph finds 6.

    Returns:
        persons whose `keypoint_scores` are of the weighted heat map.
    """
    peaks = find_peaks(maps["hm"], min(max_detections, MAX_PERSONS), PEAK_REACH)
    boxes = decode_boxes(peaks, maps | {"wh": maps["wh"].clamp(min=0)})
    centres = torch.stack((peaks.xs, peaks.ys), -1).unsqueeze(2)
    regressed = peaks.read(maps["hps"]).unflatten(-1, (-1, 2)) + centres
    keypoints, keypoint_scores = find_joints(maps, regressed, boxes)

    counts = keypoint_scores > MIN_JOINT_SCORE
    means = (keypoint_scores * counts).sum(-1) / counts.sum(-1).clamp(min=1)
    scores, order = (peaks.scores * means).sort(descending=True, stable=True)
    # Not len(), which would fix the number of images in an export.
    images = torch.arange(order.shape[0], device=order.device).unsqueeze(1)
    return MapPoses(
        boxes[images, order],
        scores,
        peaks.labels[images, order],
        keypoints[images, order],
        keypoint_scores[images, order],
    )


def find_joints(
    maps: dict[str, Tensor], regressed: Tensor, boxes: Tensor
) -> tuple[Tensor, Tensor]:
    """Where the weighted heat maps are highest.

    Args:
        maps: "hm_hp" and "hp_offset" as for `decode_weighted_pose`.
        regressed: (B, K, J, 2) x y in pixels of the map.
        boxes: (B, K, 4) x1 y1 x2 y2 in pixels of the map.

    Returns:
        (B, K, J, 2) x y in pixels of the map, and (B, K, J) scores.
    """
    heatmap = maps["hm_hp"]
    variance = NEARNESS * min(heatmap.shape[-2:])
    columns = weigh_line(heatmap.shape[3], regressed[..., 0], boxes[..., 0::2], variance)
    rows = weigh_line(heatmap.shape[2], regressed[..., 1], boxes[..., 1::2], variance)
    highest, best, places = torch.zeros_like(heatmap), [], []
    for person in range(boxes.shape[1]):  # all at once leaves the cache and takes 6 times as long
        weighted = heatmap * rows[:, person, :, :, None] * columns[:, person, :, None]
        torch.maximum(highest, weighted, out=highest)
        value, place = weighted.flatten(2).max(-1)
        best.append(value)
        places.append(place)
    place, found = torch.stack(places, 1), torch.stack(best, 1) > 0
    # As in the graph the score is that of whichever person the place suits best.
    scores = highest.flatten(2).gather(2, place.transpose(1, 2)).transpose(1, 2)
    keypoints = refine_places(place, maps["hp_offset"])
    return torch.where(found.unsqueeze(-1), keypoints, regressed), scores * found


def weigh_line(length: int, regressed: Tensor, sides: Tensor, variance: float) -> Tensor:
    """The weights along one axis of the map; the product of both axes' weighs a pixel.

    Args:
        length: pixels of the axis.
        regressed: (B, K, J) coordinate of each joint.
        sides: (B, K, 2) first and last coordinate of each box.
        variance: squared distance at which the weight is 1 / e.

    Returns:
        (B, K, J, length).
    """
    pixels = torch.arange(length, device=regressed.device, dtype=regressed.dtype)
    nearness = (-(pixels - regressed.unsqueeze(-1)).square() / variance).exp()
    first, last = sides.unsqueeze(2).split(1, -1)
    return nearness * ((pixels >= first) & (pixels < last))


def refine_places(place: Tensor, offsets: Tensor) -> Tensor:
    """Add the sub-pixel offsets.

    Args:
        place: (B, K, J) index into the flattened map.
        offsets: (B, 2, H, W) or (B, 2 J, H, W) x y.

    Returns:
        (B, K, J, 2) x y in pixels of the map.
    """
    _, persons, joints = place.shape
    width = offsets.shape[-1]
    offsets = offsets.unflatten(1, (-1, 2)).flatten(3).unsqueeze(1)
    offsets = offsets.expand(-1, persons, joints, -1, -1)
    shifts = offsets.gather(4, place[..., None, None].expand(-1, -1, -1, 2, -1)).squeeze(4)
    pixels = torch.stack((place % width, torch.div(place, width, rounding_mode="floor")), -1)
    return pixels + shifts
