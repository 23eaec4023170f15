"""What is installed is what the lists say."""

import ast
import importlib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from centernet_ros.inference.backends import libraries

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
    installed = [program for program in programs if os.access(program, os.X_OK)]
    assert installed
    # It holds no code of its own, which would be older than the module's.
    assert f"executables.{executable.replace('/', '.')}()" in installed[0].read_text()


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


def test_extras_of_setup_are_those_that_the_code_asks_for():
    setup = ast.parse((ROOT / "setup.py").read_text())
    (extras,) = (
        ast.literal_eval(node.value)
        for node in setup.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "EXTRAS"
    )
    for extra, modules in libraries.EXTRAS.items():
        names = [re.match(r"[\w-]+", name)[0].replace("-", "_") for name in extras[extra]]
        assert sorted(names) == sorted(modules), extra


PACKAGE = ElementTree.parse(ROOT / "package.xml").getroot()
KEYS = {e.text for e in PACKAGE if e.tag.endswith("depend")}
# What an imported module is called in package.xml, where that is not its own name.
MODULE_KEYS = {
    "PIL": "python3-pil",
    "cv2": "python3-opencv",
    "launch_ros": "launch_ros",
    "numpy": "python3-numpy",
    "psutil": "python3-psutil",
    "rosbags": "python3-rosbags-pip",
    "tabulate": "python3-tabulate",
    "tf2_ros": "tf2_ros_py",
    "torch": "python3-pytorch-pip",
    "tqdm": "python3-tqdm",
    "yaml": "python3-yaml",
}
# Libraries of extras, which are imported only by what needs them.
EXTRAS = {
    "jinja2", "matplotlib", "nncf", "onnx", "onnxruntime", "onnxscript", "openvino",
    "motmetrics", "pycocotools", "safetensors", "tensorrt", "torchvision",
}  # fmt: skip


def list_imports(folder):
    """Top-level modules that the files of a folder import, without the repository's own."""
    modules = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(node.module.partition(".")[0])
    return modules - sys.stdlib_module_names - {"centernet_ros"}


def test_package_xml_names_all_that_is_imported():
    needed = (list_imports("centernet_ros") | list_imports("launch")) - EXTRAS
    assert {MODULE_KEYS.get(module, module) for module in needed} <= KEYS


def test_package_xml_names_nothing_else():
    imported = list_imports("centernet_ros") | list_imports("launch")
    run_keys = {e.text for e in PACKAGE if e.tag in ("depend", "exec_depend")}
    # npm is a program, lifecycle nodes speak lifecycle_msgs, messages need the other one.
    unused = run_keys - {MODULE_KEYS.get(module, module) for module in imported}
    assert unused <= {"lifecycle_msgs", "npm", "rosidl_default_runtime"}


def test_pypi_has_a_name_for_every_key():
    done = subprocess.run(
        [sys.executable, "setup.py", "requirements"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    lines = done.stdout.split()
    assert not [line for line in lines if line.startswith("ros-python3")]
    assert {"torch>=2.1", "rosbags>=0.11", "tqdm"} <= set(lines)
