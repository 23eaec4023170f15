"""The outcome of a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from centernet_ros.replay.recording import Recording, read_recording
from centernet_ros.replay.score import Score
from centernet_ros.replay.scores import score_recording
from centernet_ros.replay.session import SessionResult
from centernet_ros.replay.timing import count_frames, measure_latencies


@dataclass(frozen=True)
class Evaluation:
    """Figures of a replay.

    Attributes:
        models: of the detector.
        device: it ran on.
        frames: what became of them, see `count_frames`.
        timing: latencies and the image ages that the detector measured, in seconds, and its rate.
        scores: by result topic.
        notes: why outputs have no score.
        tracks: figures of ids over time by result topic, empty where they were not asked for.
    """

    recording: Recording
    models: str
    outputs: list[str]
    frames: Mapping[str, int]
    timing: Mapping[str, float]
    scores: Mapping[str, Score]
    notes: list[str]
    tracks: Mapping[str, Mapping[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """What the JSON file holds."""
        return {
            "models": self.models,
            "confidence_threshold": self.recording.threshold,
            "frames": dict(self.frames),
            "timing": dict(self.timing),
            "scores": {
                output: {"metrics": dict(score.metrics), "classes": dict(score.classes)}
                for output, score in self.scores.items()
            },
            "tracks": {output: dict(figures) for output, figures in self.tracks.items()},
            "notes": self.notes,
        }


def evaluate_recording(bag: Path, session: SessionResult, tracking: bool = False) -> Evaluation:
    """Score what was recorded.

    Args:
        bag: the recording.
        session: the run.
        tracking: also score ids over time.

    Raises:
        BagError: the recording cannot be read.
    """
    recording = read_recording(bag)
    scores, notes = score_recording(recording, session.outputs)
    published = int(session.source["published"])
    if scores and len(recording.frames) != published:
        notes.append(f"ground truth of {len(recording.frames)} of {published} images recorded")
    tracks: dict[str, dict[str, float]] = {}
    if tracking:
        from centernet_ros.replay.track_scores import score_tracks

        tracks = score_tracks(recording, session.outputs)
    values = session.detector
    reported = ("image_age_p50_s", "image_age_p95_s", "rate_hz")
    return Evaluation(
        recording,
        values.get("models", ""),
        session.outputs,
        count_frames(recording, session),
        measure_latencies(recording)
        | {key: float(values[key]) for key in reported if values.get(key)},
        scores,
        notes,
        tracks,
    )
