"""Scores the detector on a data set.

ros2 launch centernet_ros replay_evaluation.launch.py data:=COCO
"""

from __future__ import annotations

from launch import LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
    ExecuteProcess,
    IncludeLaunchDescription,
    OpaqueFunction,
    RegisterEventHandler,
    Shutdown,
)
from launch.event_handlers import OnProcessExit
from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution, ThisLaunchFileDir
from launch_ros.substitutions import ExecutableInPackage, FindPackageShare

DETECTOR_ARGUMENTS = (
    DeclareLaunchArgument(
        "config",
        default_value=PathJoinSubstitution(
            [FindPackageShare("centernet_ros"), "config", "evaluation.yaml"]
        ),
        description="YAML file with the detector's parameters",
    ),
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
        default_value="compressed",
        choices=["raw", "compressed"],
        description="how the bag holds its images; compressed for folders",
    ),
)
REPLAY_ARGUMENTS = (
    DeclareLaunchArgument(
        "data", description="rosbag2, or a folder in the layout of COCO, VOC, YOLO or KITTI"
    ),
    DeclareLaunchArgument(
        "split",
        default_value="",
        description="train, validation or test, or a file of one image a line; COCO itself: a "
        "split such as val2017; KITTI: a file with the names of frames",
    ),
    DeclareLaunchArgument(
        "rate",
        default_value="max",
        description="frames per second; max: the next frame follows an answer; recorded",
    ),
    DeclareLaunchArgument(
        "tracking",
        default_value="false",
        choices=["true", "false"],
        description="whether objects have ids that last, which are scored",
    ),
    DeclareLaunchArgument(
        "depth_topic",
        default_value="",
        description="topic of a bag's depth images to play as well; none if empty",
    ),
    DeclareLaunchArgument(
        "output", default_value="evaluation", description="folder for the results"
    ),
)


def create_replay(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Describe the detector and the command, at whose end everything ends."""
    value = {a.name: LaunchConfiguration(a.name).perform(context) for a in REPLAY_ARGUMENTS}
    detector = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(
            PathJoinSubstitution([ThisLaunchFileDir(), "detect.launch.py"])
        ),
        launch_arguments=[
            *((a.name, LaunchConfiguration(a.name)) for a in DETECTOR_ARGUMENTS),
            ("tracking", value["tracking"]),
            # The source plays them on this topic, whatever theirs is in the bag.
            ("depth", "depth" if value["depth_topic"] else ""),
        ],
    )
    command = [ExecutableInPackage("evaluate", "centernet_ros"), value["data"]]
    for name in ("split", "rate", "output"):
        command += [f"--{name}", value[name]] if value[name] else []
    command += ["--tracking"] if value["tracking"] == "true" else []
    command += ["--depth", value["depth_topic"]] if value["depth_topic"] else []
    process = ExecuteProcess(cmd=[*command, "--detector", "detector", "--report"], output="screen")

    def finish(event: object, context: LaunchContext) -> Shutdown:
        return Shutdown(reason=f"the evaluation ended with status {event.returncode}")

    return [
        detector,
        process,
        RegisterEventHandler(OnProcessExit(target_action=process, on_exit=finish)),
    ]


def generate_launch_description() -> LaunchDescription:
    """Describe the arguments, the detector and the replay."""
    return LaunchDescription(
        [*DETECTOR_ARGUMENTS, *REPLAY_ARGUMENTS, OpaqueFunction(function=create_replay)]
    )
