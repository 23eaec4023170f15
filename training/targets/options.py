"""Variants of the targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from centernet_ros.models.spec import Task

# The variants that the encoding of each task knows.
OF_TASK: Mapping[Task, tuple[str, ...]] = {
    "ctdet": ("size_per_class", "dense", "corrected_radius", "max_objects"),
    "multi_pose": ("dense", "corrected_radius", "max_objects"),
    "ddd": ("rectangles", "corrected_radius", "max_objects"),
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
        max_objects: objects per image; those beyond are not learned. The authors' number if null.
    """

    size_per_class: bool = False
    dense: bool = False
    corrected_radius: bool = False
    rectangles: bool = False
    max_objects: int | None = None

    def __post_init__(self) -> None:
        if self.max_objects is not None and self.max_objects < 1:
            raise ValueError(f"targets.max_objects {self.max_objects}, expected 1 or more")

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
