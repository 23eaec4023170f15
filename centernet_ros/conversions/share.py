"""Where packages keep their installed files."""

from __future__ import annotations

import sys
from pathlib import Path

from ament_index_python.packages import PackageNotFoundError, get_package_share_directory


def share_folder(package: str = "centernet_ros") -> Path:
    """A package's share folder, in a ROS workspace or in a virtual environment."""
    try:
        return Path(get_package_share_directory(package))
    except (PackageNotFoundError, LookupError, OSError):  # no ament prefix is set
        return Path(sys.prefix) / "share" / package
