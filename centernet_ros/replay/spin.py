"""Waiting for what messages bring."""

from __future__ import annotations

import time
from collections.abc import Callable

from rclpy.executors import Executor

# Seconds within which a condition that no message brings about is noticed.
STEP = 0.05


def spin_until(executor: Executor, condition: Callable[[], object], timeout: float) -> bool:
    """Handle messages until a condition holds or so many seconds have passed; whether it holds.

    Raises:
        KeyboardInterrupt: a signal ended ROS, as SIGTERM does without an exception of its own.
    """
    deadline = time.monotonic() + timeout
    while not condition() and time.monotonic() < deadline:
        try:
            executor.spin_once(timeout_sec=STEP)
        except Exception:
            if executor.context.ok():
                raise
            # What is raised depends on where the signal found rclpy.
            raise KeyboardInterrupt from None
    return bool(condition())
