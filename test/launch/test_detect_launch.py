"""detect.launch.py, by the real launch and launch_testing where they are."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("launch_ros", reason="launch comes with a ROS distribution alone")

ROOT = Path(__file__).parents[2]
FILE = ROOT / "launch" / "detect.launch.py"


def test_every_argument_has_a_description():
    from launch.launch_description_sources import get_launch_description_from_python_launch_file

    description = get_launch_description_from_python_launch_file(str(FILE))
    arguments = {a.name: a for a in description.get_launch_arguments()}
    assert arguments.keys() >= {
        "image", "camera_info", "config", "model", "device", "namespace", "log_level",
    }  # fmt: skip
    assert all(a.description and a.default_value is not None for a in arguments.values())


def test_launched_detector_publishes(domain):
    pytest.importorskip("launch_testing", reason="launch_testing comes with ROS alone")
    script = Path(__file__).with_name("detect.launch_testing.py")
    done = subprocess.run(
        [sys.executable, "-m", "launch_testing.launch_test", script],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
