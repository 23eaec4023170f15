"""Counts of frames and the age of images, for diagnostics."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque

import numpy as np

AGE_WINDOW = 1000
FATES = ("received", "processed", "dropped", "failed")
REMARKS = (
    "degenerate_boxes",
    "with_3d",
    "without_calibration",
    "with_other_calibration",
    "without_transform",
    "without_depth",
)


class FrameStatistics:
    """Counters that the executor's and the worker's threads share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._ages: deque[float] = deque(maxlen=AGE_WINDOW)
        self._processed_at: deque[float] = deque(maxlen=AGE_WINDOW)
        self._first_received_at: float | None = None
        self.last_error = ""

    def count(self, what: str, amount: int = 1) -> None:
        """Add to a counter that `summarize` reports."""
        with self._lock:
            self._counts[what] += amount
            if what == "received" and self._first_received_at is None:
                self._first_received_at = time.monotonic()

    def add_processed(self, age: float) -> None:
        """Count a frame whose results were published, at an image age in seconds."""
        with self._lock:
            self._counts["processed"] += 1
            self._ages.append(age)
            self._processed_at.append(time.monotonic())

    def add_failure(self, error: str) -> None:
        """Count a frame that gave no results."""
        with self._lock:
            self._counts["failed"] += 1
            self.last_error = error

    @property
    def is_busy(self) -> bool:
        """Whether a frame that was received has not ended."""
        with self._lock:
            received, *ended = (self._counts[fate] for fate in FATES)
            return received > sum(ended)

    @property
    def unanswered_time(self) -> float:
        """Seconds since the last frame was processed, or since the first one arrived before it."""
        with self._lock:
            since = self._processed_at[-1] if self._processed_at else self._first_received_at
        return time.monotonic() - since if since is not None else 0.0

    def summarize(self) -> dict[str, str]:
        """Counts, rate and image age of the last AGE_WINDOW frames, as diagnostics' text."""
        names = (*FATES, *REMARKS)
        with self._lock:
            values = {name: str(self._counts[name]) for name in names}
            ages, at = list(self._ages), list(self._processed_at)
            values["last_error"] = self.last_error
        span = at[-1] - at[0] if len(at) > 1 else 0.0
        values["rate_hz"] = f"{(len(at) - 1) / span:.2f}" if span else "0.00"
        for percent in (50, 95):
            age = f"{np.percentile(ages, percent):.4f}" if ages else ""
            values[f"image_age_p{percent}_s"] = age
        return values
