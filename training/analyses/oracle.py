"""Maps that a perfect network would give, for the error analysis of the paper's Table 7."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor


def targets_to_maps(
    targets: Mapping[str, np.ndarray], heads: Mapping[str, tuple[str, str, str]]
) -> dict[str, Tensor]:
    """Targets of one image as activated maps, zero where no object is.

    Args:
        targets: from an encoding of `training.targets`.
        heads: map name -> names of the vectors, of their pixels and of their mask.

    Returns:
        the heat maps "hm" and "hm_hp" and the heads, each (1, channels, H, W) float32.
    """
    maps = {
        name: torch.from_numpy(targets[name])[None] for name in ("hm", "hm_hp") if name in targets
    }
    height, width = maps["hm"].shape[2:]
    for name, (values, index, mask) in heads.items():
        filled = find_filled(targets[mask])
        vectors = torch.from_numpy(targets[values][filled])
        flat = torch.zeros(vectors.shape[1], height * width)
        flat[:, torch.from_numpy(targets[index][filled])] = vectors.T
        maps[name] = flat.view(1, -1, height, width)
    return maps


def find_filled(mask: np.ndarray) -> np.ndarray:
    """(K,) bool, which of K slots a (K,) or (K, C) mask fills."""
    return np.asarray(mask.reshape(len(mask), -1).any(1))


def fill_nearest(
    targets: Mapping[str, np.ndarray], head: str, places: tuple[str, str, str]
) -> Tensor | None:
    """A head's map with the values of the object nearest to each pixel.

    A network's peaks lie beside the objects' pixels at times, where `targets_to_maps` has nothing.

    Args:
        targets: of one image.
        head: its name.
        places: names of the vectors, of their pixels and of their mask.

    Returns:
        (1, channels, H, W) float32, None without objects.
    """
    values, index, mask = places
    filled = find_filled(targets[mask])
    if not filled.any():
        return None
    height, width = targets["hm"].shape[1:]
    rows, columns = np.divmod(targets[index][filled], width)
    ys, xs = np.mgrid[:height, :width]
    distances = (ys - rows[:, None, None]) ** 2 + (xs - columns[:, None, None]) ** 2
    nearest = targets[values][filled][distances.argmin(0)]
    return torch.from_numpy(nearest.astype(np.float32)).permute(2, 0, 1)[None]


def fill_joint_offsets(targets: Mapping[str, np.ndarray]) -> Tensor:
    """The (1, 2 J, H, W) offsets of each joint from its own nearest place, 0 if it has none."""
    joints, height, width = targets["hm_hp"].shape
    places = ("hp_offset", "hp_ind", "hp_mask")
    filled = []
    for joint in range(joints):
        own = {name: targets[name][joint::joints] for name in places}
        values = fill_nearest({**own, "hm": targets["hm"]}, "hp_offset", places)
        filled.append(torch.zeros(1, 2, height, width) if values is None else values)
    return torch.cat(filled, 1)
