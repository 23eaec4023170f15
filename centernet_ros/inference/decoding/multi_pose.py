"""Human poses (paper section 4, "Human pose estimation")."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from centernet_ros.inference.decoding.ctdet import decode_boxes
from centernet_ros.inference.decoding.peaks import Peaks, find_channel_peaks, find_peaks

MIN_JOINT_SCORE = 0.1
# Of the longer side of a person's box: how far a joint may move to a peak of its heat map.
MAX_JOINT_SHIFT = 0.3


class MapPoses(NamedTuple):
    """The K best persons of each image, best first.

    Attributes:
        boxes: (B, K, 4) x1 y1 x2 y2 in pixels of the output map.
        scores: (B, K).
        labels: (B, K) int64.
        keypoints: (B, K, J, 2) x y in pixels of the output map.
        keypoint_scores: (B, K, J) of the joint's heat map where the keypoint is one of its peaks,
            0 where it was regressed from the centre.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    keypoints: Tensor
    keypoint_scores: Tensor


def decode_multi_pose(maps: dict[str, Tensor], max_detections: int = 100) -> MapPoses:
    """Persons with joints; each joint is regressed and then moved to the nearest peak of its own.

    Args:
        maps: as for `decode_ctdet`, with "hps" (B, 2 J, H, W), and perhaps "hm_hp" (B, J, H, W)
            after the sigmoid and "hp_offset" (B, 2, H, W) or, with an offset per joint,
            (B, 2 J, H, W).
        max_detections: persons per image, and peaks per joint.
    """
    peaks = find_peaks(maps["hm"], max_detections)
    boxes = decode_boxes(peaks, maps)
    centre = torch.stack((peaks.xs, peaks.ys), -1)
    keypoints = peaks.read(maps["hps"]).unflatten(-1, (-1, 2)) + centre.unsqueeze(2)
    scores = torch.zeros_like(keypoints[..., 0])
    if "hm_hp" in maps:
        keypoints, scores = _snap(keypoints, boxes, maps, max_detections)
    return MapPoses(boxes, peaks.scores, peaks.labels, keypoints, scores)


def _read_offsets(peaks: Peaks, offsets: Tensor, joints: int) -> Tensor:
    """The (B, J P, 2) sub-pixel offsets of P peaks per joint."""
    found = peaks.read(offsets)
    if offsets.shape[1] == 2:
        return found
    of_all = found.unflatten(1, (joints, -1)).unflatten(-1, (joints, 2))
    return of_all.diagonal(dim1=1, dim2=3).movedim(-1, 1).flatten(1, 2)


def _snap(
    keypoints: Tensor, boxes: Tensor, maps: dict[str, Tensor], max_peaks: int
) -> tuple[Tensor, Tensor]:
    """Move joints to the nearest peaks of their heat maps.

    As the authors do: the nearest of all peaks counts, and is refused if it lies outside the
    person's box or too far away. (The paper takes the nearest inside the box.)

    Returns:
        (B, K, J, 2) keypoints and (B, K, J) their scores.
    """
    peaks = find_channel_peaks(maps["hm_hp"], max_peaks)
    places = torch.stack((peaks.xs, peaks.ys), -1).to(keypoints.dtype)
    joints = maps["hm_hp"].shape[1]
    if "hp_offset" in maps:
        places = places + _read_offsets(peaks, maps["hp_offset"], joints)
    else:
        places = places + 0.5
    places = places.unflatten(1, (joints, -1))  # (B, J, P, 2)
    scores = peaks.scores.unflatten(1, (joints, -1))
    places = places.masked_fill((scores <= MIN_JOINT_SCORE).unsqueeze(-1), float("inf"))

    shifts = keypoints.transpose(1, 2).unsqueeze(3) - places.unsqueeze(2)  # (B, J, K, P, 2)
    distance, nearest = shifts.square().sum(-1).sqrt().min(-1)
    place = places.gather(2, nearest.unsqueeze(-1).expand(-1, -1, -1, 2)).transpose(1, 2)
    score = scores.gather(2, nearest).transpose(1, 2)

    corner, opposite = boxes.unsqueeze(2).split(2, -1)
    reach = MAX_JOINT_SHIFT * (opposite - corner).amax(-1)
    inside = ((place >= corner) & (place <= opposite)).all(-1)
    accepted = inside & (distance.transpose(1, 2) <= reach)
    return (
        torch.where(accepted.unsqueeze(-1), place, keypoints),
        torch.where(accepted, score, torch.zeros_like(score)),
    )
