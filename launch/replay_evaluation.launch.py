"""Scores the detector: ros2 launch centernet_ros replay_evaluation.launch.py data:=COCO."""

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
        description="checkpoints or names of published models, shipped or fetched, by commas",
    ),
    DeclareLaunchArgument(
        "device", default_value="", description="where to run it: auto, cpu, cuda or cuda:N"
    ),
    DeclareLaunchArgument(
        "image_transport",
        default_value="compressed",
        choices=["raw", "compressed"],
        description="as the bag has its images; compressed for folders",
    ),
)
REPLAY_ARGUMENTS = (
    DeclareLaunchArgument(
        "data", description="rosbag2, or folder of COCO's or KITTI's layout, with ground truth"
    ),
    DeclareLaunchArgument(
        "split", default_value="", description="COCO: val2017 and the like; KITTI: file of frames"
    ),
    DeclareLaunchArgument(
        "rate",
        default_value="max",
        description="frames per second; max: the next when the last is answered; recorded",
    ),
    DeclareLaunchArgument(
        "output", default_value="evaluation", description="folder for the results"
    ),
)


def create_replay(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """The command, at whose end everything ends."""
    value = {a.name: LaunchConfiguration(a.name).perform(context) for a in REPLAY_ARGUMENTS}
    command = [ExecutableInPackage("evaluate", "centernet_ros"), value["data"]]
    for name in ("split", "rate", "output"):
        command += [f"--{name}", value[name]] if value[name] else []
    process = ExecuteProcess(cmd=[*command, "--detector", "detector", "--report"], output="screen")

    def finish(event: object, context: LaunchContext) -> Shutdown:
        return Shutdown(reason=f"the evaluation ended with status {event.returncode}")

    return [process, RegisterEventHandler(OnProcessExit(target_action=process, on_exit=finish))]


def generate_launch_description() -> LaunchDescription:
    """Arguments, the detector, and the replay."""
    detector = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(
            PathJoinSubstitution([ThisLaunchFileDir(), "detect.launch.py"])
        ),
        launch_arguments=[(a.name, LaunchConfiguration(a.name)) for a in DETECTOR_ARGUMENTS],
    )
    return LaunchDescription(
        [*DETECTOR_ARGUMENTS, *REPLAY_ARGUMENTS, detector, OpaqueFunction(function=create_replay)]
    )
