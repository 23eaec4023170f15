"""Variants of the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from centernet_ros.models.spec import Task
from training.targets import ctdet, ddd, multi_pose

# The variants that the encoding of each task knows.
OF_TASK: Mapping[Task, tuple[str, ...]] = {
    "ctdet": ("size_per_class", "dense", "corrected_radius", "max_objects"),
    "multi_pose": ("dense", "corrected_radius", "max_objects"),
    "ddd": ("rectangles", "corrected_radius", "max_objects"),
}

# Objects per image that the authors make room for.
AUTHORS_LIMITS: Mapping[Task, int] = {
    "ctdet": ctdet.MAX_OBJECTS,
    "multi_pose": multi_pose.MAX_PERSONS,
    "ddd": ddd.MAX_OBJECTS,
}


@dataclass(frozen=True)
class TargetOptions:
    """Variants of the targets; the defaults are the authors'.

    Attributes:
        size_per_class: a width and height per class (the authors' cat_spec_wh), for 2D boxes.
        dense: sizes, or the joints' offsets, at every pixel of an object (dense_wh, dense_hp).
        corrected_radius: Gaussians of the intended radius rather than the authors'.
        rectangles: ignore the whole boxes of ignored objects rather than their Gaussians (the
            authors' rect_mask), for 3D.
        max_objects: objects per image; those beyond are not learned. If null, the authors' number
            or as many as the fullest image has.
    """

    size_per_class: bool = False
    dense: bool = False
    corrected_radius: bool = False
    rectangles: bool = False
    max_objects: int | None = None

    def __post_init__(self) -> None:
        if self.max_objects is not None and self.max_objects < 1:
            raise ValueError(f"targets.max_objects {self.max_objects}, expected 1 or more")

    def make_room(self, task: Task, most_objects: int) -> TargetOptions:
        """These options with room for all objects, unless they limit them.

        Args:
            task: of the network.
            most_objects: in one image.
        """
        if self.max_objects is not None:
            return self
        return replace(self, max_objects=max(AUTHORS_LIMITS[task], most_objects))

    def describe_limit(self, counts: Sequence[int]) -> str:
        """How many objects are not learned for want of room, empty if all are.

        Args:
            counts: of the objects in each image.
        """
        limit = self.max_objects
        crowded = [count for count in counts if limit is not None and count > limit]
        if limit is None or not crowded:
            return ""
        return (
            f"targets.max_objects {limit}: {len(crowded)} images have more objects, of which "
            f"{sum(crowded) - limit * len(crowded)} are not learned"
        )

    def for_task(self, task: Task) -> dict[str, Any]:
        """The variants that are chosen, as arguments of the task's encoding.

        Raises:
            ValueError: a variant that the task does not have.
        """
        chosen = {name: value for name, value in asdict(self).items() if value}
        foreign = chosen.keys() - set(OF_TASK[task])
        if foreign:
            raise ValueError(
                f"targets.{', targets.'.join(sorted(foreign))}: not for {task}, "
                f"expected some of: {', '.join(OF_TASK[task])}"
            )
        return chosen
