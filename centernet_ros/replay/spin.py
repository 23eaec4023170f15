"""Waiting for what messages bring."""

from __future__ import annotations

import time
from collections.abc import Callable

from rclpy.executors import Executor

# Seconds within which a condition that no message brings about is noticed.
STEP = 0.05


def spin_until(executor: Executor, condition: Callable[[], object], timeout: float) -> bool:
    """Handle messages until a condition holds or so many seconds have passed; whether it holds."""
    deadline = time.monotonic() + timeout
    while not condition() and time.monotonic() < deadline:
        executor.spin_once(timeout_sec=STEP)
    return bool(condition())
