"""From a network's raw maps to probabilities and metres."""

from __future__ import annotations

from torch import Tensor

# The authors' guard against a division by zero; it makes 1e6 m the largest depth.
DEPTH_EPSILON = 1e-6
# Natural logarithms of the least and the largest scale: 0.2 % and 7 times the depth.
LOG_SCALES = (-6.0, 2.0)


def activate(maps: dict[str, Tensor]) -> dict[str, Tensor]:
    """Heat maps through the sigmoid, depth and its uncertainty through their transforms.

    Other maps stay as they are.

    Args:
        maps: raw (B, channels, H, W) per head.

    Returns:
        the same shapes; "hm" and "hm_hp" in 0..1, "dep" in metres, "dep_uncertainty" as the
        scale of a Laplace distribution, a share of the depth.
    """
    activated = dict(maps)
    for name in ("hm", "hm_hp"):
        if name in maps:
            activated[name] = maps[name].sigmoid()
    if "dep" in maps:
        activated["dep"] = transform_depth(maps["dep"])
    if "dep_uncertainty" in maps:
        activated["dep_uncertainty"] = limit_log_scale(maps["dep_uncertainty"]).exp()
    return activated


def transform_depth(raw: Tensor) -> Tensor:
    """Metres from the depth head's output (paper section 4, after Eigen et al. 2014)."""
    return 1 / (raw.sigmoid() + DEPTH_EPSILON) - 1


def limit_log_scale(raw: Tensor) -> Tensor:
    """The logarithm of the scale of relative depth errors from the head's output.

    The errors are taken to have a Laplace distribution (Kendall and Gal 2017; MonoPair, Chen et
    al. 2020).
    """
    return raw.clamp(*LOG_SCALES)
