"""builtin_interfaces/Time <-> nanoseconds."""

from __future__ import annotations

from builtin_interfaces.msg import Time


def to_nanoseconds(stamp: Time) -> int:
    """A stamp as one number."""
    return int(stamp.sec * 10**9 + stamp.nanosec)


def from_nanoseconds(time: int) -> Time:
    """A stamp from one number."""
    seconds, nanoseconds = divmod(time, 10**9)
    return Time(sec=seconds, nanosec=nanoseconds)
