"""diagnostic_msgs/DiagnosticArray of components' values."""

from __future__ import annotations

from collections.abc import Mapping

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from std_msgs.msg import Header


def values_to_status(
    name: str, hardware: str, message: str, level: bytes, values: Mapping[str, str]
) -> DiagnosticStatus:
    """The status of one component.

    Args:
        name: of the component.
        hardware: the device it runs on.
        message: one line for people.
        level: of DiagnosticStatus.
    """
    pairs = [KeyValue(key=key, value=value) for key, value in values.items()]
    return DiagnosticStatus(
        name=name, hardware_id=hardware, message=message, level=level, values=pairs
    )


def statuses_to_message(statuses: list[DiagnosticStatus], stamp: Time) -> DiagnosticArray:
    """An array of components' statuses."""
    return DiagnosticArray(header=Header(stamp=stamp), status=statuses)


def values_from_message(message: DiagnosticArray) -> dict[str, dict[str, str]]:
    """The values by component name."""
    return {s.name: {pair.key: pair.value for pair in s.values} for s in message.status}
