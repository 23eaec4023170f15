"""What is installed is what the lists say."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CMAKE = (ROOT / "CMakeLists.txt").read_text()
EXECUTABLES = re.search(r"set\(executables\s+([^)]*)\)", CMAKE)[1].split()


@pytest.mark.parametrize("executable", EXECUTABLES)
def test_executable_is_a_module_with_main(executable):
    module = importlib.import_module(f"centernet_ros.{executable.replace('/', '.')}")
    assert callable(module.main)


@pytest.mark.parametrize("executable", EXECUTABLES)
def test_executable_is_installed(executable):
    prefixes = [Path(p) for p in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if p]
    programs = [
        prefix / "lib" / "centernet_ros" / Path(executable).name
        for prefix in [*prefixes, Path(sys.prefix)]
    ]
    assert any(os.access(program, os.X_OK) for program in programs)


def test_modules_are_used_where_they_are():
    import centernet_ros

    assert Path(centernet_ros.__file__).parent == ROOT / "centernet_ros"


def test_messages_are_found_in_the_repository_too():
    command = [sys.executable, "-c", "from centernet_ros.msg import HumanPose"]
    subprocess.run(command, cwd=ROOT, check=True)


def test_every_file_of_the_package_is_installed():
    files = [p for p in (ROOT / "centernet_ros").rglob("*") if p.is_file()]
    suffixes = {p.suffix for p in files if "__pycache__" not in p.parts}
    assert {".py", ".pt", ".typed"} <= suffixes <= set(re.findall(r'PATTERN "\*(\.\w+)"', CMAKE))
