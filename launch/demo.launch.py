"""Plays a video, a folder of images or a bag through the detector.

ros2 launch centernet_ros demo.launch.py source:=drive.mp4 rviz:=true
"""

from __future__ import annotations

from launch import LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
    IncludeLaunchDescription,
    OpaqueFunction,
    Shutdown,
)
from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution, ThisLaunchFileDir
from launch_ros.actions import Node

SOURCE_ARGUMENTS = (
    DeclareLaunchArgument(
        "source", description="video file, folder of images, rosbag2, or camera number"
    ),
    DeclareLaunchArgument(
        "rate", default_value="0.0", description="frames per second, 0 for the source's own"
    ),
    DeclareLaunchArgument(
        "loop",
        default_value="true",
        choices=["true", "false"],
        description="whether to start again at the end; otherwise everything ends there",
    ),
    DeclareLaunchArgument(
        "image_topic",
        default_value="",
        description="image topic of a bag; empty for the only one of colour images",
    ),
    DeclareLaunchArgument(
        "depth_topic",
        default_value="",
        description="topic of a bag's depth images to play as well; none if empty",
    ),
)
DETECTOR_ARGUMENTS = (
    DeclareLaunchArgument(
        "model",
        default_value="",
        description="checkpoints or names of published models, separated by commas",
    ),
    DeclareLaunchArgument(
        "config", default_value="", description="YAML file with the detector's parameters"
    ),
    DeclareLaunchArgument(
        "image_transport",
        default_value="raw",
        choices=["raw", "compressed"],
        description="compressed for bags that hold compressed images",
    ),
    DeclareLaunchArgument(
        "rviz",
        default_value="false",
        choices=["true", "false"],
        description="whether to start RViz with config/detect.rviz",
    ),
)


def create_nodes(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Describe the detector and the source, at whose end everything ends."""
    value = {a.name: LaunchConfiguration(a.name).perform(context) for a in SOURCE_ARGUMENTS}
    detector = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(
            PathJoinSubstitution([ThisLaunchFileDir(), "detect.launch.py"])
        ),
        launch_arguments=[
            *((a.name, LaunchConfiguration(a.name)) for a in DETECTOR_ARGUMENTS),
            # The source plays them on this topic, whatever theirs is in the bag.
            ("depth", "depth" if value["depth_topic"] else ""),
        ],
    )
    parameters = {
        "source": value["source"],
        "rate": float(value["rate"]),
        "loop": value["loop"] == "true",
        "image_topic": value["image_topic"],
        "depth_topic": value["depth_topic"],
    }
    source = Node(
        package="centernet_ros",
        executable="source",
        name="source",
        parameters=[parameters],
        output="screen",
        on_exit=Shutdown(reason="the source has ended"),
    )
    return [detector, source]


def generate_launch_description() -> LaunchDescription:
    """Describe the arguments, the detector and the source."""
    return LaunchDescription(
        [*SOURCE_ARGUMENTS, *DETECTOR_ARGUMENTS, OpaqueFunction(function=create_nodes)]
    )
