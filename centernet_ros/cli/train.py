"""Train on your own images: `training/train.py` with the same arguments."""

from __future__ import annotations

import os
import sys

from centernet_ros.io.command_errors import report_errors
from centernet_ros.train import make_command


@report_errors()
def main() -> int:
    """Become the process of the training command; exit status 1 where that cannot be."""
    command, environment = make_command(sys.argv[1:])
    return os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    sys.exit(main())
