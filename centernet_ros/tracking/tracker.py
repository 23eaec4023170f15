"""Association by the distance of centres ("Tracking Objects as Points", Zhou et al. 2020, 4.2).

The paper's network predicts how each centre moves; here its own past does, at constant velocity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from centernet_ros.structures import Detections

# Share of a new velocity in the mean of all so far.
FRESHNESS = 0.7


@dataclass(frozen=True)
class TrackerOptions:
    """How detections become tracks.

    Attributes:
        max_age: seconds that a track lives without being seen.
        min_hits: detections until a track has an id.
        max_distance: between a detection and where a track should be, as a share of the object's
            size, the square root of its area.
    """

    max_age: float = 1.0
    min_hits: int = 2
    max_distance: float = 1.0


@dataclass
class Track:
    """One object.

    Attributes:
        label: of its class.
        centre: (2,) x y where it was seen last, in pixels.
        size: square root of its area in pixels.
        time: when that was, in seconds.
        velocity: (2,) pixels per second.
        hits: how often it was seen.
        number: its id, 0 before it has one.
    """

    label: int
    centre: np.ndarray
    size: float
    time: float
    velocity: np.ndarray
    hits: int = 0
    number: int = 0


class Tracker:
    """The tracks of the objects of one task before one camera.

    Ids count from 1 and are never given twice, not even when time jumps back and all is forgotten.
    """

    def __init__(self, options: TrackerOptions = TrackerOptions()) -> None:
        self._options = options
        self._tracks: list[Track] = []
        self._time = -np.inf
        self._given = 0

    def update(self, detections: Detections, time: float) -> np.ndarray:
        """The ids of the objects found in the next image.

        Args:
            detections: N objects.
            time: of the image in seconds; where it is earlier than before, all tracks end.

        Returns:
            (N,) str, empty for objects that were not seen often enough so far.
        """
        if time < self._time:
            self._tracks = []
        self._time = time
        max_age = self._options.max_age
        self._tracks = [track for track in self._tracks if time - track.time <= max_age]
        boxes = detections.boxes.astype(float)
        centres = (boxes[:, :2] + boxes[:, 2:]) / 2
        sizes = np.sqrt(np.prod((boxes[:, 2:] - boxes[:, :2]).clip(min=1), 1))
        known = list(self._tracks)
        found = self._associate(centres, sizes, detections.labels, time)
        ids = []
        for i, label in enumerate(detections.labels.tolist()):
            if i in found:
                track = known[found[i]]
            else:
                track = Track(label, centres[i], sizes[i], time, np.zeros(2))
                self._tracks.append(track)
            self._see(track, centres[i], float(sizes[i]), time)
            ids.append(str(track.number) if track.number else "")
        return np.array(ids, dtype=object)

    def _associate(
        self, centres: np.ndarray, sizes: np.ndarray, labels: np.ndarray, time: float
    ) -> dict[int, int]:
        """Detection -> track, the nearest pairs first."""
        tracks = self._tracks
        if not tracks or not len(centres):
            return {}
        expected = np.array([t.centre + t.velocity * (time - t.time) for t in tracks])
        distances = np.linalg.norm(centres[:, None] - expected, axis=2)
        # Of two sizes the smaller, so that a near car is not taken for one far away.
        scale = np.minimum(sizes[:, None], [track.size for track in tracks])
        shares = distances / scale
        shares[labels[:, None] != [track.label for track in tracks]] = np.inf
        pairs: dict[int, int] = {}
        for flat in np.argsort(shares, axis=None, kind="stable").tolist():
            detection, track = divmod(flat, len(tracks))
            if shares[detection, track] > self._options.max_distance:
                break
            if detection not in pairs and track not in pairs.values():
                pairs[detection] = track
        return pairs

    def _see(self, track: Track, centre: np.ndarray, size: float, time: float) -> None:
        """Move a track to where its object is now."""
        elapsed = time - track.time
        if elapsed > 0:
            velocity = (centre - track.centre) / elapsed
            share = FRESHNESS if track.hits > 1 else 1.0
            track.velocity = share * velocity + (1 - share) * track.velocity
        track.centre, track.size, track.time = centre, size, time
        track.hits += 1
        if not track.number and track.hits >= self._options.min_hits:
            self._given += 1
            track.number = self._given
