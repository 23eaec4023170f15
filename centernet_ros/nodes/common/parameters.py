"""Declaring parameters with descriptions and ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    SetParametersResult,
)
from rclpy.node import Node
from rclpy.parameter import Parameter as RosParameter

Value = bool | int | float | str | list[str]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a node.

    Attributes:
        default: also fixes the type.
        limits: least and greatest value of a number.
        choices: the allowed values of a string, or of every string in a list.
        live: whether a change takes effect at once; if not, it does at the next configuration.
    """

    name: str
    default: Value
    description: str
    limits: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    live: bool = False

    def describe(self) -> ParameterDescriptor:
        """The descriptor that `ros2 param describe` shows."""
        descriptor = ParameterDescriptor(
            description=self.description,
            additional_constraints=f"one of: {', '.join(self.choices)}" if self.choices else "",
        )
        if self.limits and isinstance(self.default, float):
            low, high = self.limits
            descriptor.floating_point_range = [FloatingPointRange(from_value=low, to_value=high)]
        elif self.limits:
            low, high = map(int, self.limits)
            descriptor.integer_range = [IntegerRange(from_value=low, to_value=high, step=1)]
        return descriptor


def declare_parameters(node: Node, parameters: Iterable[Parameter]) -> None:
    """Declare on a node; launch files and command lines may override the defaults."""
    for parameter in parameters:
        node.declare_parameter(parameter.name, parameter.default, parameter.describe())


def get_bool(node: Node, name: str) -> bool:
    """The value of a declared parameter that is true or false."""
    return node.get_parameter(name).get_parameter_value().bool_value


def get_int(node: Node, name: str) -> int:
    """The value of a declared parameter that is a whole number."""
    return node.get_parameter(name).get_parameter_value().integer_value


def get_float(node: Node, name: str) -> float:
    """The value of a declared parameter that is a number."""
    return node.get_parameter(name).get_parameter_value().double_value


def get_string(node: Node, name: str) -> str:
    """The value of a declared parameter that is a text."""
    return node.get_parameter(name).get_parameter_value().string_value


def get_strings(node: Node, name: str) -> list[str]:
    """The value of a declared parameter that is a list of texts."""
    return list(node.get_parameter(name).get_parameter_value().string_array_value)


def check_changes(
    parameters: Iterable[Parameter], changes: Iterable[RosParameter], configured: bool
) -> SetParametersResult:
    """Whether parameters may take new values.

    Args:
        configured: whether the node has been configured, so that only live ones may change.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for change in changes:
        parameter = known.get(change.name)
        if parameter is None:
            continue
        if configured and not parameter.live:
            reason = f"{change.name} is read at configuration: deactivate and clean up first"
            return SetParametersResult(successful=False, reason=reason)
        values = change.value if isinstance(change.value, (list, tuple)) else [change.value]
        if parameter.choices and not set(values) <= set(parameter.choices):
            expected = ", ".join(parameter.choices)
            reason = f"{change.name} is {change.value!r}, expected one of: {expected}"
            return SetParametersResult(successful=False, reason=reason)
    return SetParametersResult(successful=True)
