"""Training from Python: `training/train.py` in a process of its own.

Training is no part of the Python package. It is installed beside the configurations, in the
package's share folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import centernet_ros
from centernet_ros.inference.backends.libraries import require

SCRIPT = Path("training/train.py")


class TrainingFailedError(RuntimeError):
    """A training that ended without a result; what stopped it was printed."""


def train(data: Path | str, output: Path | str, **settings: object) -> dict[str, float]:
    """Train on labelled images as `centernet_train DATA --output OUTPUT` does.

    Args:
        data: folder in the layout of COCO, VOC, YOLO or KITTI, or the file that describes it.
        output: folder of the results, "best.pt" among them.
        settings: options of the command by their names, such as `epochs=60`; of nested ones a
            mapping, such as `input={"size": [256, 320]}`. True is an option without a value, such
            as `resume=True`.

    Returns:
        the figures of "best.pt" on the validation data, empty without such data.

    Raises:
        TrainingFailedError: the training ended with an error, which it printed.
        ModuleNotFoundError: a library that training needs is not installed.
        ValueError: training is not installed.
    """
    command, environment = make_command(
        [str(data), "--output", str(output), *list_options(settings)]
    )
    status = subprocess.run(command, env=environment).returncode
    if status:
        raise TrainingFailedError(f"{data}: training ended with status {status}")
    figures = json.loads((Path(output) / "figures.json").read_text())
    return dict(figures.get("validation", {}))


def list_options(settings: dict[str, object], prefix: str = "--") -> list[str]:
    """Settings as the words of a command line."""
    words: list[str] = []
    for name, value in settings.items():
        if isinstance(value, dict):
            words += list_options(value, f"{prefix}{name}.")
        elif name == "resume":
            words += ["--resume"] if value else []
        else:
            words += [f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value)]
    return words


def make_command(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The training command with some arguments, and the environment that it runs in.

    Raises:
        ModuleNotFoundError: a library that training needs is not installed.
        ValueError: training is not installed.
    """
    require("training", "training")
    # In an editable installation the repository's own is used, as of all modules.
    folder = Path(centernet_ros.__file__).parents[1]
    if not (folder / SCRIPT).is_file():
        folder = find_share_folder()
    if not (folder / SCRIPT).is_file():
        raise ValueError(f"{folder / SCRIPT}: not installed")
    paths = filter(None, (str(folder), os.environ.get("PYTHONPATH")))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    return [sys.executable, str(folder / SCRIPT), *words], dict(environment)


def find_share_folder() -> Path:
    """The package's, where it is installed."""
    # The repository is used without ROS, too.
    from centernet_ros.conversions.share import share_folder

    return share_folder()
