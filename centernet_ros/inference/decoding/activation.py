"""From a network's raw maps to probabilities and metres."""

from __future__ import annotations

from torch import Tensor

# The authors' guard against a division by zero; it makes 1e6 m the largest depth.
DEPTH_EPSILON = 1e-6


def activate(maps: dict[str, Tensor]) -> dict[str, Tensor]:
    """Heat maps through the sigmoid, depth through its transform, others as they are.

    Args:
        maps: raw (B, channels, H, W) per head.

    Returns:
        the same shapes; "hm" and "hm_hp" in 0..1, "dep" in metres.
    """
    activated = dict(maps)
    for name in ("hm", "hm_hp"):
        if name in maps:
            activated[name] = maps[name].sigmoid()
    if "dep" in maps:
        activated["dep"] = transform_depth(maps["dep"])
    return activated


def transform_depth(raw: Tensor) -> Tensor:
    """Metres from the depth head's output (paper section 4, after Eigen et al. 2014)."""
    return 1 / (raw.sigmoid() + DEPTH_EPSILON) - 1
