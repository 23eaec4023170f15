"""Objects learned at the pixels around their centres, too.

A peak that is found beside an object's centre reads what the maps hold there, of which the paper's
loss asks nothing. FCOS (Tian et al. 2019, "center sampling") and TTFNet (Liu et al. 2020) learn
objects in the middle of their boxes for this reason, and from more pixels of the same images.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from training.targets.boxes import Size

# What is read at an object's pixel and counts from there; the rest is the same at each.
FROM_PIXEL = "reg"
MASKS = ("box_mask", "rot_mask", "reg_mask")


def sample_centers(
    targets: Mapping[str, np.ndarray], size: Size, radius: int
) -> dict[str, np.ndarray]:
    """Targets with slots for the pixels around each object's centre.

    A pixel belongs to the object whose centre is nearest, and to none if it lies outside of the
    middle of its box, half as wide and half as high.

    Args:
        targets: of `encode_ddd`, K slots.
        size: height and width of the output map.
        radius: in pixels of the map, to each side of the centre.

    Returns:
        the same with (2 radius + 1)^2 K slots, of which the first K are those given.
    """
    rows, columns = size
    slots = len(targets["ind"])
    steps = list_steps(radius)
    sampled = {
        name: values if name == "hm" else np.concatenate([values] * len(steps))
        for name, values in targets.items()
    }
    step = steps.repeat(slots, 0)
    pixel = np.stack((sampled["ind"] % columns, sampled["ind"] // columns), 1) + step
    filled = sampled["box_mask"] > 0
    filled &= ((pixel >= 0) & (pixel < (columns, rows))).all(1)
    filled &= (np.abs(step) <= sampled["wh"] / 4).all(1) | ~step.any(1)
    place = np.where(filled, pixel[:, 1] * columns + pixel[:, 0], -1)
    filled[slots:] &= is_first(place)[slots:]
    sampled["ind"] = np.where(filled, place, 0)
    sampled[FROM_PIXEL] = (sampled[FROM_PIXEL] - step).astype(np.float32)
    return sampled | {name: sampled[name] * filled for name in MASKS}


def list_steps(radius: int) -> np.ndarray:
    """((2 radius + 1)^2, 2) x y from a centre to the pixels around it, the nearest first."""
    reach = np.arange(-radius, radius + 1)
    steps = np.stack(np.meshgrid(reach, reach), -1).reshape(-1, 2)
    return steps[np.argsort((steps**2).sum(1), kind="stable")]


def is_first(values: np.ndarray) -> np.ndarray:
    """(N,) bool, whether a value does not occur before."""
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first
