"""Draws random traffic on a road."""

from __future__ import annotations

import cv2
import numpy as np

from training.scenes.mesh import Mesh, find_extent
from training.scenes.mesh_library import MeshLibrary
from training.scenes.road import Road
from training.scenes.scene import Actor

# Objects keep this distance in metres.
MARGIN = 0.3
# Length and width in metres of the area around the ego vehicle, which carries the camera, that
# stays free.
EGO_SIZE = (5.5, 2.2)
# A rectangle on the ground: its middle, its sides and its angle in degrees.
Place = tuple[tuple[float, float], tuple[float, float], float]


class Traffic:
    """Actors on a road that do not touch each other.

    Attributes:
        actors: the actors that have been added.
    """

    def __init__(
        self, road: Road, ego: tuple[float, float], library: MeshLibrary, rng: np.random.Generator
    ) -> None:
        """Start with a road on which there is only the ego vehicle.

        Args:
            road: the road.
            ego: distance along the road and offset of the ego vehicle.
            library: the meshes that vehicles and people are picked from.
            rng: the source of randomness.
        """
        self.actors: list[Actor] = []
        self._road, self._library, self._rng = road, library, rng
        x, z, heading = road.find_place(*ego)
        self._taken: list[Place] = [((x, z), EGO_SIZE, 90 - float(np.degrees(heading)))]

    def add(
        self, kind: str, mesh: Mesh, along: float, offset: float, turn: float, speed: float = 0.0
    ) -> None:
        """Add an actor unless its place is taken."""
        place = self._find_place(mesh, along, offset, turn)
        if not self._is_taken(place):
            self._taken.append(place)
            self.actors.append(Actor(kind, mesh, along, offset, turn, speed))

    def leaves_free(self, actor: Actor) -> bool:
        """Return whether the place of an actor is not taken."""
        place = self._find_place(actor.mesh, actor.along, actor.offset, actor.turn)
        return not self._is_taken(place)

    def _find_place(self, mesh: Mesh, along: float, offset: float, turn: float) -> Place:
        x, z, heading = self._road.find_place(along, offset)
        low, high = find_extent(mesh)
        sides = (float(high[0] - low[0]) + MARGIN, float(high[2] - low[2]) + MARGIN)
        return (x, z), sides, 90 - float(np.degrees(heading + turn))

    def _is_taken(self, place: Place) -> bool:
        return any(cv2.rotatedRectangleIntersection(place, other)[0] for other in self._taken)

    def add_vehicle(self, along: float, offset: float, turn: float, speed: float = 0.0) -> None:
        """Add a car, less often a van, and seldom a truck."""
        choice = self._rng.random()
        body = "car" if choice < 0.86 else "van" if choice < 0.97 else "truck"
        turn += float(self._rng.normal(0, 0.03))
        self.add(body.capitalize(), self._library.take(body), along, offset, turn, speed)

    def add_pedestrian(self, along: float, offset: float, turn: float) -> None:
        """Add somebody on foot."""
        speed = 1.2 * float(np.cos(turn))
        self.add("Pedestrian", self._library.take("pedestrian"), along, offset, turn, speed)

    def add_cyclist(self, along: float, offset: float, turn: float) -> None:
        """Add somebody on a bicycle."""
        speed = 4.5 * float(np.cos(turn))
        self.add("Cyclist", self._library.take("cyclist"), along, offset, turn, speed)


def draw_traffic(
    road: Road,
    ego: tuple[float, float],
    length: float,
    library: MeshLibrary,
    rng: np.random.Generator,
) -> list[Actor]:
    """Draw moving, parked and crossing vehicles, and people.

    Args:
        road: the road.
        ego: distance along the road and offset of the ego vehicle, in metres.
        length: metres of road that get traffic.
        library: the meshes that vehicles and people are picked from.
        rng: the source of randomness.
    """
    traffic = Traffic(road, ego, library, rng)
    _fill_lanes(traffic, road, length, rng)
    _fill_sides(traffic, road, length, rng)
    _fill_crossing(traffic, road, rng)
    _add_people(traffic, road, length, rng)
    return traffic.actors


def _fill_lanes(traffic: Traffic, road: Road, length: float, rng: np.random.Generator) -> None:
    for direction in (1, -1):
        gap, speed = float(rng.choice((6, 15, 40, 90))), float(rng.uniform(6, 14))
        for lane in range(road.lanes):
            offset = direction * (lane + 0.5) * road.lane
            along = float(rng.uniform(-8, 12))
            while along < length:
                aside = offset + float(rng.normal(0, 0.2))
                traffic.add_vehicle(along, aside, np.pi * (direction < 0), direction * speed)
                along += 6.5 + float(rng.exponential(gap))


def _fill_sides(traffic: Traffic, road: Road, length: float, rng: np.random.Generator) -> None:
    for side in (1, -1):
        if road.parking:
            offset, across = side * (road.half_width - road.parking / 2), 0.0
            share = rng.uniform(0.2, 0.95)
        elif rng.random() < 0.3:
            # Cars park in a row beside the road, at right angles or slanting.
            across = float(rng.choice((np.pi / 2, -np.pi / 2, 0.9, -0.9)))
            offset, share = side * (road.edge + 3.2), rng.uniform(0.2, 0.8)
        else:
            continue
        step, along = (6.2, 3.2)[bool(across)], float(rng.uniform(-4, 4))
        while along < length:
            free = abs(along - road.crossing) > road.crossing_width / 2 + 5
            if free and abs(along - road.zebra) > 5 and rng.random() < share:
                turned = np.pi * float(rng.random() < (0.12 if not across else 0.3))
                turn = across + turned + np.pi * (side < 0)
                traffic.add_vehicle(along, offset + float(rng.normal(0, 0.1)), turn)
            along += step + abs(float(rng.normal(0, 0.3)))


def _fill_crossing(traffic: Traffic, road: Road, rng: np.random.Generator) -> None:
    if not np.isfinite(road.crossing):
        return
    for _ in range(rng.poisson(3)):
        direction = float(rng.choice((1, -1)))
        along = road.crossing - direction * road.crossing_width / 4
        turn = direction * np.pi / 2
        if rng.random() < 0.3:
            # The vehicle turns into the road or out of it.
            turn += float(rng.uniform(-0.9, 0.9))
        traffic.add_vehicle(along, float(rng.uniform(-28, 28)), turn)


def _add_people(traffic: Traffic, road: Road, length: float, rng: np.random.Generator) -> None:
    many = 1.0 if road.urban else 0.4
    reach = max(road.pavement, 1.5)
    for _ in range(rng.poisson(5 * many)):
        side, along = float(rng.choice((1, -1))), 4 + (length - 4) * float(rng.random() ** 1.5)
        offset = side * (road.half_width + 0.4 + reach * rng.random())
        turn = np.pi * float(rng.integers(2)) + float(rng.normal(0, 0.3))
        for _ in range(int(rng.choice((1, 1, 1, 2, 3)))):
            traffic.add_pedestrian(along, offset, turn)
            along, offset = along + float(rng.normal(0, 0.5)), offset + side * 0.7
    places = [place for place in (road.zebra, road.crossing) if np.isfinite(place)]
    for place in places:
        for _ in range(rng.poisson(1.5)):
            turn = float(rng.choice((1, -1))) * np.pi / 2 + float(rng.normal(0, 0.2))
            offset = float(rng.uniform(-1, 1)) * road.half_width
            traffic.add_pedestrian(place + float(rng.normal(0, 1)), offset, turn)
    for _ in range(rng.poisson(2.2 * many)):
        along = 4 + (length - 4) * float(rng.random() ** 1.3)
        side = float(rng.choice((1, -1)))
        offset = side * (road.lanes * road.lane - rng.uniform(0.3, 0.9))
        turn = np.pi * (side < 0)
        if rng.random() < 0.2:
            turn, offset = float(rng.uniform(-np.pi, np.pi)), float(rng.uniform(-6, 6))
        elif rng.random() < 0.3:
            offset = side * (road.half_width + 0.5 * reach)
            turn = np.pi * float(rng.integers(2))
        traffic.add_cyclist(along, offset, turn)
