"""Finds what a document names and this repository does not have."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from functools import cache
from pathlib import Path

from training.engine.run_log import SETTINGS
from training.engine.settings_parser import (
    add_settings,
    make_settings_parser,
)

ROOT = Path(__file__).parents[2]
EXECUTABLES = {
    Path(module).name
    for module in re.search(
        r"set\(executables\s+([^)]*)\)", (ROOT / "CMakeLists.txt").read_text()
    )[1].split()
}
FOLDERS = ("benchmarks", "centernet_ros", "config", "docs", "launch", "msg", "test", "training")
FILE_NAMES = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")}
FILE_NAMES |= {path.name for path in ROOT.iterdir()}
# What a training writes, and the launch file of the RealSense driver.
FILE_NAMES |= {SETTINGS, "rs_launch.py"}
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```\w*\n(?P<block>.*?)```|`(?P<span>[^`]+)`", re.S)
LINK_OR_SPAN = re.compile(rf"{LINK.pattern}|`([^`]+)`")
# A path from the repository's root, and perhaps a test in that file.
PATH = re.compile(
    rf"(?<![\w./~-])((?:{'|'.join(FOLDERS)})/[\w./*-]+)"
    r"(?:::(\w+))?"
)
# What a command line begins with that this repository has, and what follows on that line.
OWN_COMMAND = re.compile(r"(?:\bcenternet_(?!ros\b)\w+|[\w/]+\.py)\s(.*)|^(--[a-z].*)", re.M)
OPTION = re.compile(r"(?<!\S)--([a-z][\w.-]*)")
# Options of ROS, argparse, rosdep, venv and Docker.
FOREIGN_OPTIONS = {
    *("help", "ros-args", "shm-size", "show-args"),
    *("gpus", "skip-keys", "system-site-packages"),
}
BARE_FILE = re.compile(r"(?<![\w./*-])([\w.-]+\.(?:py|yaml))\b")
# NAME and X stand for what the reader puts there.
PLACEHOLDER = re.compile(r"(?:^|[/_.])(?:X|[A-Z]{2,})(?:[/_.]|$)")


def list_code(document):
    """Line number and text of each code block and each code span, broken lines joined."""
    text = document.read_text()
    for match in CODE.finditer(text):
        code = match["block"] or match["span"]
        yield text.count("\n", 0, match.start()) + 1, code.replace("\\\n", " ")


@cache
def list_definitions(path):
    """Names that a Python file defines: NAME, and CLASS.NAME for methods and attributes."""
    tree = ast.parse(path.read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    names = {name for node in tree.body for name in _find_names(node)}
    return names | {
        f"{c.name}.{name}" for c in classes for node in c.body for name in _find_names(node)
    }


def _find_names(node):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [
        n.id for target in targets if target for n in ast.walk(target) if isinstance(n, ast.Name)
    ]


@cache
def list_settings():
    """The options that every training command has for its settings."""
    parser = make_settings_parser()
    add_settings(parser, "joint_mobilenetv3", None, [])
    return {action.dest for action in parser._actions}


@cache
def list_options():
    """Options of all commands that are given to argparse by name."""
    folders = ("benchmarks", "centernet_ros", "training")
    sources = [path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {name for text in sources for name in re.findall(r'"--([\w.-]+)"', text)}


@cache
def list_anchors(path):
    """GitHub's anchors of a document's headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def find_bad_links(document):
    """One line for each link whose file, or whose heading in it, does not exist."""
    for number, line in enumerate(document.read_text().splitlines(), 1):
        for target in LINK.findall(line):
            if re.match(r"\w+:", target):
                continue
            name, _, anchor = target.partition("#")
            path = document.parent / name if name else document
            if not path.exists():
                yield f"line {number}: {name} does not exist"
            elif anchor and anchor not in list_anchors(path):
                yield f"line {number}: {path.name} has no heading #{anchor}"


def find_bad_names(document):
    """One line for each name in a table's second column that the file linked before lacks."""
    for number, line in enumerate(document.read_text().splitlines(), 1):
        cells = line.split(" | ")
        if not line.startswith("| ") or len(cells) < 2:
            continue
        path, named = None, True
        for target, name in LINK_OR_SPAN.findall(cells[1]):
            if target:
                if not named:
                    yield f"line {number}: nothing of {path.relative_to(ROOT)} is named"
                path, named = (document.parent / target).resolve(), not target.endswith(".py")
                continue
            named = True
            if path is None or path.suffix != ".py":
                yield f"line {number}: {name} is named without a Python file before it"
            elif path.exists() and name not in list_definitions(path):
                yield f"line {number}: {path.relative_to(ROOT)} does not define {name}"
        if not named:
            yield f"line {number}: nothing of {path.relative_to(ROOT)} is named"


def find_bad_commands(document):
    """One line for each path, script, module, executable or target in code that is not there."""
    for number, code in list_code(document):
        for check in (_check_paths, _check_commands, _check_options, _check_imports):
            yield from (f"line {number}: {message}" for message in check(code))


def _check_paths(code):
    for found, test in PATH.findall(code):
        path = found.rstrip(".")
        if PLACEHOLDER.search(path):
            continue
        if not any(ROOT.glob(path)):
            yield f"{path} does not exist"
        elif test and test not in list_definitions(ROOT / path):
            yield f"{path} has no test {test}"
    for name in BARE_FILE.findall(code):
        if not PLACEHOLDER.search(name) and name not in FILE_NAMES:
            yield f"no file is called {name}"


def _check_commands(code):
    for module in re.findall(r"python3? -m ([\w.]+)", code):
        is_own = (ROOT / f"{module.replace('.', '/')}.py").exists()
        if not is_own and module.partition(".")[0] not in sys.stdlib_module_names:
            yield f"there is no module {module}"
    for name in re.findall(r"\bcenternet_(?!ros\b)(\w+)|ros2 run centernet_ros (\w+)", code):
        if "".join(name) not in EXECUTABLES:
            yield f"CMakeLists.txt installs no executable {''.join(name)}"
    for name in re.findall(r"ros2 launch centernet_ros (\S+)", code):
        if not (ROOT / "launch" / name).exists():
            yield f"launch/{name} does not exist"
    for name in re.findall(r"^make ([a-z][\w-]*)", code, re.M):
        if name not in TARGETS:
            yield f"the Makefile has no target {name}"


def _check_options(code):
    for after_command, alone in OWN_COMMAND.findall(code):
        for option in OPTION.findall(after_command or alone):
            # A setting may be a mapping, whose entries are options too.
            names = {option, option.rpartition(".")[2], option.rpartition(".")[0]}
            if not names & (list_options() | list_settings() | FOREIGN_OPTIONS):
                yield f"no command has an option --{option}"


def _check_imports(code):
    for module, names in re.findall(
        r"^from (centernet_ros[\w.]*|training[\w.]*) import (.+)$", code, re.M
    ):
        for name in re.findall(r"\w+", names):
            if not hasattr(importlib.import_module(module), name):
                yield f"{module} has no {name}"
