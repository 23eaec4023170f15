"""How good one of the detector's outputs is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from centernet_ros.metrics.mistakes import Mistakes

# What a user sees at the detector's usual threshold counts as found, when frames are compared.
CONFIDENCE_THRESHOLD = 0.3


@dataclass(frozen=True)
class Score:
    """Figures of one output.

    Attributes:
        metrics: name -> figure of the whole data set.
        classes: name -> measure -> figure.
        curves: name -> (R,) recall and (R,) precision.
        mistakes: of each frame, of objects with scores of at least CONFIDENCE_THRESHOLD.
        summary: the figures that people look at first, by name.
        table: row -> column -> figure of what has objects in the data, for people, too.
    """

    metrics: Mapping[str, float]
    classes: Mapping[str, Mapping[str, float]]
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]]
    mistakes: Sequence[Mistakes]
    summary: Mapping[str, float]
    table: Mapping[str, Mapping[str, float]]
