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


def test_every_file_of_the_package_is_installed():
    import centernet_ros

    package = ROOT / "centernet_ros"
    files = [p.relative_to(package) for p in package.rglob("*") if p.is_file()]
    wanted = [p for p in files if "__pycache__" not in p.parts]
    assert wanted
    assert [p for p in wanted if not (Path(centernet_ros.__file__).parent / p).is_file()] == []
