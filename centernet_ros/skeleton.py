"""The joints of a kind of object, and what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from centernet_ros.labels import COCO_JOINT_PAIRS, COCO_JOINTS, COCO_LIMBS, COCO_SIGMAS

# How tools write the two sides, as whole words or before the first separator.
SIDES = (("left", "right"), ("l", "r"))
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Skeleton:
    """J joints.

    Attributes:
        joints: their names.
        limbs: pairs of joints that a drawing connects.
        pairs: left and right joints, which change places in a mirrored image.
        sigmas: of each joint, how far annotators differ as a share of the object's size (COCO's
            object keypoint similarity).

    Raises:
        ValueError: two joints of one name, pairs of no joints, or not one sigma for each joint.
    """

    joints: tuple[str, ...]
    limbs: Pairs = ()
    pairs: Pairs = ()
    sigmas: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.joints)
        if len(set(self.joints)) < count:
            raise ValueError(f"joints {', '.join(self.joints)}: expected a name for each")
        for what, pairs in (("limb", self.limbs), ("pair", self.pairs)):
            for pair in pairs:
                if len(pair) != 2 or not all(0 <= joint < count for joint in pair):
                    raise ValueError(f"{what} {pair}: expected two of the {count} joints")
        if self.sigmas and (len(self.sigmas) != count or min(self.sigmas) <= 0):
            raise ValueError(
                f"sigmas {self.sigmas}: expected {count} positive numbers, one for each joint"
            )

    def __len__(self) -> int:
        return len(self.joints)

    @property
    def oks_sigmas(self) -> tuple[float, ...]:
        """The sigmas, or where none are known one for all as for COCO's joints in the mean."""
        return self.sigmas or (MEAN_SIGMA,) * len(self)

    def describe_gaps(self) -> list[str]:
        """A line for everything that nobody said of the joints."""
        lines = []
        if not self.sigmas:
            lines.append(f"no sigmas of the joints: {MEAN_SIGMA:g} for each, COCO's mean")
        if not self.pairs:
            lines.append("no joints are known as left and right: mirroring keeps each as it is")
        if not self.limbs:
            lines.append("no limbs: drawings show the joints alone")
        return lines

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Skeleton:
        """From plain containers, as `dataclasses.asdict` makes them."""
        return cls(
            tuple(values["joints"]),
            tuple((start, end) for start, end in values.get("limbs", ())),
            tuple((left, right) for left, right in values.get("pairs", ())),
            tuple(values.get("sigmas", ())),
        )


COCO_SKELETON = Skeleton(COCO_JOINTS, COCO_LIMBS, COCO_JOINT_PAIRS, COCO_SIGMAS)
MEAN_SIGMA = round(sum(COCO_SIGMAS) / len(COCO_SIGMAS), 3)


def number_joints(count: int) -> Skeleton:
    """Joints of which nothing is known but their number; COCO's if they are as many."""
    if count == len(COCO_SKELETON):
        return COCO_SKELETON
    return Skeleton(tuple(f"joint {i + 1}" for i in range(count)))


def find_pairs(names: Sequence[str]) -> Pairs:
    """Left and right joints by their names: "left_eye" and "right_eye", "l-hip" and "r-hip"."""
    numbers = {name.lower(): i for i, name in enumerate(names)}
    pairs = []
    for name, number in numbers.items():
        for left, right in SIDES:
            other = re.sub(rf"(?<![a-z]){left}(?![a-z])", right, name)
            if other != name and other in numbers:
                pairs.append((number, numbers[other]))
                break
    return tuple(pairs)
