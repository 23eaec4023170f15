"""Distortion models by the names that drivers and calibration tools give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# REP-104's names first, then what Kalibr, OpenCV, RealSense, ORB-SLAM and others call the same.
POLYNOMIAL = (
    "plumb_bob",
    "rational_polynomial",
    "thin_prism",
    "tilted",
    "radtan",
    "radial_tangential",
    "rational",
    "brown",
    "brown_conrady",
    "modified_brown_conrady",
    "opencv",
)
FISHEYE = (
    "equidistant",
    "equi",
    "fisheye",
    "opencv_fisheye",
    "kannala_brandt",
    "kannala_brandt4",
    "kb4",
)
# Numbers of coefficients that OpenCV takes.
POLYNOMIAL_COUNTS, FISHEYE_COUNTS = (4, 5, 8, 12, 14), (4,)


@dataclass(frozen=True)
class Distortion:
    """How an image differs from that of a pinhole camera.

    Attributes:
        coefficients: (N,) as OpenCV orders them, empty for none.
        is_fisheye: they are those of the equidistant model.
    """

    coefficients: np.ndarray
    is_fisheye: bool = False

    @property
    def model(self) -> str:
        """REP-104's name of the model."""
        if self.is_fisheye:
            return FISHEYE[0]
        return POLYNOMIAL[1 if len(self.coefficients) > 5 else 0]


def read_distortion(model: str, coefficients: Sequence[float]) -> Distortion:
    """A distortion from its name, in any spelling, and its coefficients.

    Coefficients of zero, or none, mean no distortion under any name. Zeros behind those that the
    model has are left out, missing ones are added.

    Raises:
        ValueError: coefficients that are not finite, too many of them, or of an unknown model.
    """
    values = np.asarray(coefficients, np.float64)
    if not np.isfinite(values).all():
        raise ValueError(f"{len(values)} distortion coefficients, expected finite ones")
    name = "_".join(model.lower().replace("-", " ").split())
    if not values.any():
        return Distortion(np.zeros(0), name in FISHEYE)
    if name not in POLYNOMIAL + FISHEYE:
        raise ValueError(
            f"distortion model {model!r} with coefficients, expected {POLYNOMIAL[0]}, "
            f"{POLYNOMIAL[1]} or {FISHEYE[0]}"
        )
    counts = FISHEYE_COUNTS if name in FISHEYE else POLYNOMIAL_COUNTS
    used = np.flatnonzero(values)[-1] + 1
    fitting = [count for count in counts if count >= used]
    if not fitting or (len(values) not in counts and len(values) < fitting[0]):
        raise ValueError(
            f"{len(values)} distortion coefficients for {model!r}, "
            f"expected {' or '.join(map(str, counts))}"
        )
    count = len(values) if len(values) in counts else fitting[0]
    return Distortion(values[:count], name in FISHEYE)
