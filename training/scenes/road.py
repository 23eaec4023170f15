"""The road: an arc on the ground with lanes, pavements and a crossing road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# With a curvature below this, the centre of the arc would be too far away for float32.
STRAIGHT = 1e-5


@dataclass(frozen=True)
class Road:
    """A road of constant curvature on which traffic keeps to the right.

    A place on the road is given by the distance `along` it and the `offset` to the right of its
    middle, both in metres.

    Attributes:
        curvature: in 1 / metres, positive to the right.
        lane: width of a lane in metres.
        lanes: number of lanes in each direction.
        parking: width in metres of the strips on both sides where cars are parked; 0 for none.
        pavement: width of the pavements in metres; 0 for a road without kerbs.
        crossing: distance along the road at which another road crosses; infinite for none.
        crossing_width: width of that other road in metres.
        dashed: whether the middle line is dashed; lines between lanes of one direction always are.
        zebra: distance along the road of a zebra crossing; infinite for none.
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
        """Distance from the middle to the kerb in metres."""
        return self.lanes * self.lane + self.parking

    @property
    def edge(self) -> float:
        """Distance from the middle to where buildings may stand, in metres."""
        return self.half_width + self.pavement

    @property
    def signed_curvature(self) -> float:
        """The curvature, which is never quite 0, so that the arc has a centre."""
        return self.curvature if abs(self.curvature) > STRAIGHT else STRAIGHT

    def find_place(self, along: float, offset: float) -> tuple[float, float, float]:
        """Return x, z and heading of a place in the road's frame.

        At the start of the road x points to the right and z forward, in metres; the heading is in
        radians to the right of z.
        """
        bend = self.signed_curvature
        heading = along * bend
        reach = 1 / bend - offset
        return 1 / bend - reach * np.cos(heading), reach * np.sin(heading), heading
