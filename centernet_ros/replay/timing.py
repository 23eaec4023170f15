"""How fast the answers came, and how many did not."""

from __future__ import annotations

import math

import numpy as np

from centernet_ros.replay.recording import RecordedFrame, Recording
from centernet_ros.replay.session import SessionResult

PERCENTILES = (50, 95, 99, 100)


def count_frames(recording: Recording, session: SessionResult) -> dict[str, int]:
    """What became of the frames; every published one is in exactly one of the last four counts.

    "lost" never reached the detector's callback, "doubled" has more than one answer on a topic.
    """
    counts = {key: int(session.detector[key]) for key in ("processed", "dropped", "failed")}
    published = int(session.source["published"])
    return {
        "published": published,
        "received": int(session.detector["received"]),
        "doubled": sum(max(f.counts.values(), default=0) > 1 for f in recording.frames),
        **counts,
        "lost": published - sum(counts.values()),
    }


def find_latency(frame: RecordedFrame) -> float:
    """Seconds from an image's publication to its last result's arrival, NaN without results."""
    return max(frame.latencies.values(), default=math.nan)


def measure_latencies(recording: Recording) -> dict[str, float]:
    """The latency of the first image, and percentiles of the others that were answered.

    The first one may wait for a network to be prepared.
    """
    latencies = [find_latency(frame) for frame in recording.frames if frame.predictions]
    if not latencies:
        return {}
    first, *others = latencies
    values = np.percentile(others or [first], PERCENTILES).tolist()
    names = [f"latency_{'max' if p == 100 else f'p{p}'}_s" for p in PERCENTILES]
    return {"latency_first_s": first, **dict(zip(names, values))}
