"""Starts the detector.

ros2 launch centernet_ros detect.launch.py image:=/camera/image_raw
"""

from __future__ import annotations

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.launch_context import LaunchContext
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

ARGUMENTS = (
    DeclareLaunchArgument("image", default_value="image", description="topic of the images"),
    DeclareLaunchArgument(
        "camera_info", default_value="camera_info", description="topic of the CameraInfo"
    ),
    DeclareLaunchArgument(
        "config", default_value="", description="YAML file with parameters, see config/"
    ),
    # An empty value leaves the choice to the config file, or else to the node.
    DeclareLaunchArgument(
        "model",
        default_value="",
        description="checkpoints or names of published models, separated by commas",
    ),
    DeclareLaunchArgument(
        "device", default_value="", description="device of the network: auto, cpu, cuda or cuda:N"
    ),
    DeclareLaunchArgument(
        "image_transport",
        default_value="",
        choices=["", "raw", "compressed"],
        description="whether to subscribe to IMAGE or to IMAGE/compressed",
    ),
    DeclareLaunchArgument("namespace", default_value="", description="namespace of the node"),
    DeclareLaunchArgument(
        "log_level",
        default_value="info",
        choices=["debug", "info", "warn", "error", "fatal"],
        description="lowest severity that is logged",
    ),
)


def create_detector(context: LaunchContext) -> list[Node]:
    """Describe the node with the parameters that are not empty."""
    value = {a.name: LaunchConfiguration(a.name).perform(context) for a in ARGUMENTS}
    given: dict[str, str | list[str]] = {
        name: value[name] for name in ("device", "image_transport") if value[name]
    }
    if value["model"]:
        given["models"] = value["model"].split(",")
    return [
        Node(
            package="centernet_ros",
            executable="detector",
            name="detector",
            namespace=value["namespace"],
            parameters=[*filter(None, [value["config"]]), given],
            remappings=[(topic, value[topic]) for topic in ("image", "camera_info")],
            ros_arguments=["--log-level", value["log_level"]],
            output="screen",
        )
    ]


def generate_launch_description() -> LaunchDescription:
    """Describe the arguments and the node."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=create_detector)])
