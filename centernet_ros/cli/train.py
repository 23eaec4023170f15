"""Train on your own images: `training/train.py` with the same arguments.

Training is no part of the Python package. It is installed beside the configurations, in the
package's share folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import centernet_ros
from centernet_ros.conversions.share import share_folder
from centernet_ros.inference.backends.libraries import require
from centernet_ros.io.command_errors import report_errors

SCRIPT = Path("training/train.py")


@report_errors()
def main() -> int:
    """Become the process of the training command; exit status 1 where that cannot be."""
    require("training", "training")
    # In an editable installation the repository's own is used, as of all modules.
    folders = (Path(centernet_ros.__file__).parents[1], share_folder())
    folder = next((folder for folder in folders if (folder / SCRIPT).is_file()), None)
    if folder is None:
        raise ValueError(f"{folders[1] / SCRIPT}: not installed")
    paths = filter(None, (str(folder), os.environ.get("PYTHONPATH")))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, str(folder / SCRIPT), *sys.argv[1:]]
    return os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    sys.exit(main())
