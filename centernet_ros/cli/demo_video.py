"""Fetches the demo's default video of pedestrians and cars from Debian's package opencv-doc."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from centernet_ros.cache_folder import cache_folder

PACKAGE = "opencv-doc"
NAME = "vtest.avi"


class DemoVideoError(Exception):
    """The video cannot be fetched; the message says what to do instead."""


def find_demo_video() -> Path:
    """Return the path of the video, which the first call fetches; this needs no root.

    Raises:
        DemoVideoError: Debian's package cannot be downloaded or unpacked.
    """
    cached = cache_folder() / NAME
    if cached.is_file():
        return cached
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try:
            _run(["apt-get", "download", PACKAGE], folder)
            [package] = folder.glob("*.deb")
            _run(["dpkg-deb", "-x", str(package), "files"], folder)
            [video] = folder.rglob(NAME)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            detail = getattr(error, "stderr", "") or str(error)
            raise DemoVideoError(
                f"cannot get {NAME} from Debian's package {PACKAGE} ({detail.strip()}); "
                "run apt-get update as root first, or name a video: make demo SOURCE=FILE"
            ) from error
        cached.parent.mkdir(parents=True, exist_ok=True)
        part = cached.with_suffix(".part")
        shutil.copyfile(video, part)
        part.replace(cached)
    return cached


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
