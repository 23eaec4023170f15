"""The road: an arc on the ground, with lanes, pavements and a crossing road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Curvatures below this would make the arc's centre too far away for float32.
STRAIGHT = 1e-5


@dataclass(frozen=True)
class Road:
    """A road of constant curvature; traffic keeps to the right.

    Places on it are the distance `along` it in metres and the `offset` to the right of the middle.

    Attributes:
        curvature: in 1 / metres, positive to the right.
        lane: width of a lane in metres.
        lanes: in each direction.
        parking: width of the strips at both sides where cars are parked, 0 without.
        pavement: width of the pavements, 0 for a road without kerbs.
        crossing: where along it another road crosses, infinite without.
        crossing_width: of that road.
        dashed: whether the middle line is dashed; lines within a direction always are.
        zebra: where along it there is a zebra crossing, infinite without.
        urban: whether there is paving rather than grass beyond the pavements.
    """

    curvature: float = 0.0
    lane: float = 3.2
    lanes: int = 1
    parking: float = 0.0
    pavement: float = 2.0
    crossing: float = np.inf
    crossing_width: float = 7.0
    dashed: bool = True
    zebra: float = np.inf
    urban: bool = True

    @property
    def half_width(self) -> float:
        """Metres from the middle to the kerb."""
        return self.lanes * self.lane + self.parking

    @property
    def edge(self) -> float:
        """Metres from the middle to where buildings may stand."""
        return self.half_width + self.pavement

    @property
    def signed_curvature(self) -> float:
        """The curvature, never quite straight."""
        return self.curvature if abs(self.curvature) > STRAIGHT else STRAIGHT

    def find_place(self, along: float, offset: float) -> tuple[float, float, float]:
        """Where x points right and z forward at the start; and the heading to the right of z."""
        bend = self.signed_curvature
        heading = along * bend
        reach = 1 / bend - offset
        return 1 / bend - reach * np.cos(heading), reach * np.sin(heading), heading
