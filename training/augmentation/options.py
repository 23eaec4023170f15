"""Which random changes training images get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from centernet_ros.models.spec import Task

CropKind = Literal["random", "shift", "none"]


@dataclass(frozen=True)
class Augmentation:
    """Random changes of training images; the defaults are the authors' for 2D.

    Attributes:
        crop: "random" takes a crop whose centre may lie anywhere (the authors' rand_crop), "shift"
            moves and scales the usual one a little, "none" takes the whole image.
        crop_prob: probability that an image is cropped.
        flip_prob: probability that an image is mirrored.
        colour: whether brightness, contrast, saturation and lighting change.
        rotate_prob: probability that an image is turned, for poses alone (the authors' aug_rot).
        rotate: standard deviation of the turn in degrees; its limit is twice that.
        scale_depth: a scaled crop shows objects in space as a camera of another focal length
            would, and depth is learned from it; the authors leave depth and dimensions out then.
        copy_paste: number of objects of other images that are pasted into one at most, for 3D
            alone.
        degrade: whether sharpness, noise and gamma change, too.

    Raises:
        ValueError: an unknown kind of crop, or a probability outside 0..1.
    """

    crop: CropKind = "random"
    crop_prob: float = 1.0
    flip_prob: float = 0.5
    colour: bool = True
    rotate_prob: float = 0.0
    rotate: float = 0.0
    scale_depth: bool = False
    copy_paste: int = 0
    degrade: bool = False

    def __post_init__(self) -> None:
        if self.crop not in get_args(CropKind):
            raise ValueError(
                f"augmentation.crop {self.crop!r}, expected {', '.join(get_args(CropKind))}"
            )
        for name in ("crop_prob", "flip_prob", "rotate_prob"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"augmentation.{name} {getattr(self, name)}, expected 0 to 1")
        if self.copy_paste < 0:
            raise ValueError(f"augmentation.copy_paste {self.copy_paste}, expected 0 or more")

    def check_task(self, task: Task) -> None:
        """Whether images of a task can be changed so.

        Raises:
            ValueError: a change is for another task alone.
        """
        if self.rotate_prob and task != "multi_pose":
            raise ValueError("augmentation.rotate_prob is for poses alone, expected 0")
        if self.copy_paste and task != "ddd":
            raise ValueError("augmentation.copy_paste is for 3D alone, expected 0")


NO_AUGMENTATION = Augmentation("none", 0.0, 0.0, False)
# What the authors do; for 3D the paper's text says none.
AUTHORS_AUGMENTATION: Mapping[Task, Augmentation] = {
    "ctdet": Augmentation(),
    "multi_pose": Augmentation(),
    "ddd": Augmentation("shift", 0.5, 0.0, False),
}
