"""replay_evaluation.launch.py, by the real launch where it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from centernet_ros.conversions.share import share_folder
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model

pytest.importorskip("launch_ros", reason="launch comes with a ROS distribution alone")

FILE = Path(__file__).parents[2] / "launch" / "replay_evaluation.launch.py"
LAUNCH = """
import sys
from launch import LaunchService
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
service = LaunchService()
source = PythonLaunchDescriptionSource(sys.argv[1])
arguments = [text.split(":=") for text in sys.argv[2:]]
service.include_launch_description(IncludeLaunchDescription(source, launch_arguments=arguments))
sys.exit(service.run())
"""


def test_every_argument_has_a_description():
    from launch.launch_description_sources import get_launch_description_from_python_launch_file

    description = get_launch_description_from_python_launch_file(str(FILE))
    arguments = {a.name: a for a in description.get_launch_arguments()}
    assert arguments.keys() >= {
        "data", "split", "rate", "output", "config", "model", "device", "image_transport",
    }  # fmt: skip
    assert all(a.description for a in arguments.values())


def test_launched_detector_is_scored(domain, coco_folder, tmp_path):
    model = tmp_path / "random.pt"
    spec = ModelSpec("mobilenetv3", {"hm": 1, "wh": 2}, ("person",), InputSpec((64, 64)))
    save_model(create_model(spec), model)
    output = tmp_path / "evaluation"
    launch_file = share_folder() / "launch" / "replay_evaluation.launch.py"
    values = {"data": coco_folder, "model": model, "device": "cpu", "output": output}
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH, launch_file, *(f"{k}:={v}" for k, v in values.items())],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((output / "figures.json").read_text())
    assert figures["frames"]["processed"] == 3
    assert figures["scores"]["detections"]["classes"]["person"]["objects"] == 1
    assert (output / "report.html").is_file()
