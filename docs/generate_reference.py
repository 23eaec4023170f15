"""Writes the pages of the reference from what the code itself declares, when the site is built."""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mkdocs_gen_files
from tabulate import tabulate

from centernet_ros.nodes.common.parameters import Parameter, Value
from centernet_ros.nodes.detector.parameters import PARAMETERS as DETECTOR
from centernet_ros.nodes.recorder.recorder import PARAMETERS as RECORDER
from centernet_ros.nodes.source.source import PARAMETERS as SOURCE
from training.engine.settings import Settings
from training.engine.settings_parser import make_settings_parser

ROOT = Path(__file__).parents[1]
NODES = {"detector": DETECTOR, "source": SOURCE, "recorder": RECORDER}


def write_page(name: str, title: str, parts: Iterable[str]) -> None:
    """Write a page of the reference."""
    with mkdocs_gen_files.open(f"reference/{name}.md", "w") as page:
        page.write("\n\n".join([f"# {title}", *parts]) + "\n")


def format_default(value: Value) -> str:
    """A default as one writes it in a YAML file, empty for an empty text."""
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe_parameters(parameters: Iterable[Parameter]) -> str:
    """A table of the parameters of a node."""
    rows = []
    for parameter in parameters:
        allowed = ", ".join(f"`{choice}`" for choice in parameter.choices if choice)
        if parameter.limits:
            allowed = "{:g} to {:g}".format(*parameter.limits)
        default = format_default(parameter.default)
        rows.append(
            (
                f"`{parameter.name}`",
                f"`{default}`" if default else "",
                allowed,
                "yes" if parameter.live else "",
                parameter.description,
            )
        )
    headers = ("parameter", "default", "allowed", "while running", "meaning")
    return tabulate(rows, headers, tablefmt="github")


def list_settings() -> str:
    """A table of the settings of a training, from the parser of the commands."""
    parser = make_settings_parser()
    parser.add_class_arguments(Settings, skip={"tasks"})
    rows = [
        (f"`{action.dest}`", f"`{json.dumps(action.default)}`", " ".join(str(action.help).split()))
        for action in parser._actions
        # Groups and the help itself have no value of their own.
        if action.default != argparse.SUPPRESS
    ]
    return tabulate(rows, ("setting", "default", "meaning"), tablefmt="github")


def list_launch_arguments(path: Path) -> str:
    """A table of the arguments that a launch file declares, without importing launch."""
    rows = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DeclareLaunchArgument"
        ):
            continue
        values = {k.arg: k.value for k in node.keywords}
        texts = {
            name: value.value if isinstance(value, ast.Constant) else "config/evaluation.yaml"
            for name, value in values.items()
            if name in ("default_value", "description")
        }
        default = texts.get("default_value", "")
        name = node.args[0]
        assert isinstance(name, ast.Constant)
        rows.append(
            (
                f"`{name.value}`",
                (f"`{default}`" if default else "") if "default_value" in texts else "required",
                texts["description"],
            )
        )
    return tabulate(rows, ("argument", "default", "meaning"), tablefmt="github")


def read_help(command: list[str]) -> str:
    """What a command says of itself."""
    run = subprocess.run(
        [sys.executable, *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "90", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    return run.stdout.replace(str(Path.home()), "~").strip()


def list_commands() -> dict[str, list[str]]:
    """Name -> what follows the interpreter, of all commands that have help of their own."""
    installed = {
        f"centernet_{path.stem}": ["-m", f"centernet_ros.cli.{path.stem}"]
        for path in sorted((ROOT / "centernet_ros/cli").glob("*.py"))
        if "def main" in path.read_text()
    }
    training = {
        f"python training/{path.name}": [f"training/{path.name}"]
        for path in sorted((ROOT / "training").glob("*.py"))
        if "def main" in path.read_text()
    }
    return installed | training


def main() -> None:
    """Write all pages."""
    write_page(
        "parameters",
        "Parameters",
        [
            "`ros2 param describe /detector NAME` says the same of a running node. A parameter "
            "that has no *yes* below is read when the node is configured.",
            *(
                f"## {name}\n\n{describe_parameters(parameters)}"
                for name, parameters in NODES.items()
            ),
        ],
    )
    launch_files = sorted((ROOT / "launch").glob("*.launch.py"))
    write_page(
        "launch_arguments",
        "Launch arguments",
        [
            f"## {path.name}\n\n{ast.get_docstring(ast.parse(path.read_text()))}\n\n"
            f"{list_launch_arguments(path)}"
            for path in launch_files
        ],
    )
    configurations = sorted((ROOT / "config/training").glob("*.yaml"))
    write_page(
        "settings",
        "Training settings",
        [
            "Every training command takes them as options, such as `--learning_rate 5e-4` or "
            '`--input.size "[192, 640]"`, above what its configuration says; `--config` takes '
            "another of the files below, or one of your own.",
            list_settings(),
            *(
                f"## {path.stem}\n\n```yaml\n{path.read_text().rstrip()}\n```"
                for path in configurations
            ),
        ],
    )
    messages = sorted((ROOT / "msg").glob("*.msg"))
    write_page(
        "messages",
        "Messages",
        [
            "What this package defines itself. Everything else is of vision_msgs, sensor_msgs and "
            "other standard packages.",
            *(f"## {path.stem}\n\n```text\n{path.read_text()}```" for path in messages),
        ],
    )
    commands = list_commands()
    with ThreadPoolExecutor(2) as pool:
        texts = pool.map(read_help, commands.values())
    write_page(
        "commands",
        "Commands",
        [
            "`centernet_NAME` of an environment made by `make setup` or pip is "
            "`ros2 run centernet_ros NAME` in a ROS workspace.",
            *(f"## {name}\n\n```text\n{text}\n```" for name, text in zip(commands, texts)),
        ],
    )


main()
