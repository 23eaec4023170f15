"""Variants of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.losses.regression import Normalizer

# The paper's sections 3 and 4; "ltrb" stands for sizes, and "amodal_offset" counts as "reg" does.
WEIGHTS: Mapping[str, float] = {
    **dict.fromkeys(("hm", "reg", "hps", "hm_hp", "hp_offset", "dep", "dim", "rot"), 1.0),
    **dict.fromkeys(("amodal_offset", "dep_uncertainty"), 1.0),
    **dict.fromkeys(("wh", "ltrb"), 0.1),
}


@dataclass(frozen=True)
class LossOptions:
    """Variants of the loss.

    Attributes:
        weights: head -> weight, where it differs from the paper's.
        smooth: smooth L1 for sizes and offsets (the authors' reg_loss sl1).
        normalizer: what L1 losses are divided by (see `weighted_l1`); the authors' choice if
            null.
        relative_depth: errors of depth count as shares of the depth. The paper counts metres, and
            far objects, whose errors are largest, rule what is learned.
        smooth_orientation: smooth L1 for headings as in the authors' code. The paper's L1 goes on
            pulling at errors of a few degrees, which smooth L1 hardly feels.
    """

    weights: dict[str, float] = field(default_factory=dict)
    smooth: bool = False
    normalizer: Normalizer | None = None
    relative_depth: bool = False
    smooth_orientation: bool = True

    def __post_init__(self) -> None:
        unknown = self.weights.keys() - WEIGHTS.keys()
        if unknown:
            raise ValueError(
                f"loss weight of unknown head {', '.join(sorted(unknown))}, expected some of: "
                f"{', '.join(WEIGHTS)}"
            )

    def weight_of(self, head: str) -> float:
        """The weight of a head in the sum of all losses."""
        return self.weights.get(head, WEIGHTS[head])
