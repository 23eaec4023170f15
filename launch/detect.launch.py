"""Starts the detector.

ros2 launch centernet_ros detect.launch.py image:=/camera/image_raw
"""

from __future__ import annotations

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.launch_context import LaunchContext
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

RVIZ = Path(__file__).parents[1] / "config" / "detect.rviz"
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
    DeclareLaunchArgument(
        "backend",
        default_value="",
        description="what runs the networks: auto, torch, openvino ...",
    ),
    DeclareLaunchArgument(
        "confidence_threshold",
        default_value="",
        description="least score that is published, 0 to 1",
    ),
    DeclareLaunchArgument(
        "cameras",
        default_value="",
        description="names of several cameras, separated by commas; each prefixes its topics",
    ),
    DeclareLaunchArgument(
        "rectified",
        default_value="",
        choices=["", "true", "false"],
        description="whether the images are rectified",
    ),
    DeclareLaunchArgument(
        "target_frame",
        default_value="",
        description="frame of the 3D results, by tf2; the camera's own if empty",
    ),
    DeclareLaunchArgument(
        "depth",
        default_value="",
        description="topic of depth images registered to the images; none if empty",
    ),
    DeclareLaunchArgument(
        "tracking",
        default_value="",
        choices=["", "true", "false"],
        description="whether objects have ids that stay from image to image",
    ),
    DeclareLaunchArgument(
        "use_sim_time",
        default_value="false",
        choices=["true", "false"],
        description="whether time comes from /clock",
    ),
    DeclareLaunchArgument(
        "rviz",
        default_value="false",
        choices=["true", "false"],
        description="whether to start RViz with config/detect.rviz",
    ),
    DeclareLaunchArgument("namespace", default_value="", description="namespace of the node"),
    DeclareLaunchArgument(
        "log_level",
        default_value="info",
        choices=["debug", "info", "warn", "error", "fatal"],
        description="lowest severity that is logged",
    ),
)


def create_nodes(context: LaunchContext) -> list[Node]:
    """Describe the detector with the parameters that are not empty, and RViz."""
    value = {a.name: LaunchConfiguration(a.name).perform(context) for a in ARGUMENTS}
    given: dict[str, object] = {
        name: value[name]
        for name in ("device", "image_transport", "backend", "target_frame")
        if value[name]
    }
    if value["model"]:
        given["models"] = value["model"].split(",")
    if value["cameras"]:
        given["cameras"] = value["cameras"].split(",")
    if value["confidence_threshold"]:
        given["confidence_threshold"] = float(value["confidence_threshold"])
    for name in ("rectified", "tracking"):
        if value[name]:
            given[name] = value[name] == "true"
    given["use_sim_time"] = value["use_sim_time"] == "true"
    if value["depth"]:
        given["depth"] = True
    # Several cameras have topics of their own names instead.
    topics = [] if value["cameras"] else ["image", "camera_info"]
    topics += ["depth"] if value["depth"] and not value["cameras"] else []
    detector = Node(
        package="centernet_ros",
        executable="detector",
        name="detector",
        namespace=value["namespace"],
        parameters=[*filter(None, [value["config"]]), given],
        remappings=[(topic, value[topic]) for topic in topics],
        ros_arguments=["--log-level", value["log_level"]],
        output="screen",
    )
    rviz = Node(
        package="rviz2",
        executable="rviz2",
        arguments=["--display-config", str(RVIZ)],
        parameters=[{"use_sim_time": given["use_sim_time"]}],
    )
    return [detector, rviz] if value["rviz"] == "true" else [detector]


def generate_launch_description() -> LaunchDescription:
    """Describe the arguments and the nodes."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=create_nodes)])
