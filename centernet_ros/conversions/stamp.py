"""builtin_interfaces/Time -> nanoseconds."""

from __future__ import annotations

from builtin_interfaces.msg import Time


def to_nanoseconds(stamp: Time) -> int:
    """A stamp as one number."""
    return int(stamp.sec * 10**9 + stamp.nanosec)
