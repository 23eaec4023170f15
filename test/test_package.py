"""What is installed is what the lists say."""

import importlib
import os
import re
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


def test_tests_run_on_the_installed_package():
    import centernet_ros

    assert Path(centernet_ros.__file__).parent != ROOT / "centernet_ros"
