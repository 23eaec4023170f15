"""What the launch files name exists, as far as can be read without launch."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from centernet_ros.nodes.common.result_topics import RESULT_TOPICS
from centernet_ros.nodes.detector.parameters import PARAMETERS as DETECTOR
from centernet_ros.nodes.recorder.recorder import ANNOTATED, MARKERS
from centernet_ros.nodes.source.source import PARAMETERS as SOURCE

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "launch").glob("*.launch.py"))
# Arguments that are no parameters of a node.
OTHERS = {
    *("image", "camera_info", "config", "model", "namespace", "log_level", "rviz", "use_sim_time"),
    *("data", "split", "output"),
}


def list_arguments(path):
    """Name -> description of the arguments that a launch file declares."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DeclareLaunchArgument"
    ]
    return {
        call.args[0].value: next(
            (k.value.value for k in call.keywords if k.arg == "description"), ""
        )
        for call in calls
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_arguments_are_parameters_and_described(path):
    arguments = list_arguments(path)
    known = {parameter.name for parameter in (*DETECTOR, *SOURCE)} | OTHERS
    assert arguments
    assert arguments.keys() <= known
    assert all(arguments.values())


def test_foxglove_shows_topics_that_there_are():
    layout = json.loads((ROOT / "config/foxglove.json").read_text())
    panels = layout["configById"]
    text = json.dumps(layout)
    topics = set(re.findall(r'"(/[a-z_0-9]+(?:/[a-z_0-9]+)*)', text))
    results = {f"/detector/{topic}" for topic in (*RESULT_TOPICS, ANNOTATED, MARKERS)}
    recorded = {"/image/compressed", f"/detector/{ANNOTATED}/compressed"}
    assert topics <= results | recorded | {"/camera_info", "/diagnostics"}
    shown = set(re.findall(r'"(\w+![a-z]+)"', json.dumps([layout["layout"], panels["Tab!views"]])))
    assert shown == panels.keys()


def test_rviz_shows_topics_that_there_are():
    config = yaml.safe_load((ROOT / "config/detect.rviz").read_text())
    displays = config["Visualization Manager"]["Displays"]
    topics = {display["Topic"]["Value"] for display in displays if "Topic" in display}
    assert topics == {"/image", f"/detector/{ANNOTATED}", f"/detector/{MARKERS}"}
    text = (ROOT / "centernet_ros/nodes/detector/camera_output.py").read_text()
    assert re.search(r'create\(MarkerArray, "markers"\)', text)
