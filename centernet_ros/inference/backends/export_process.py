"""Exporting a network in a process of its own, which PyTorch and its compiler leave with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from centernet_ros.inference.backends.checkpoint_file import CheckpointFile
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models.checkpoint_error import CheckpointError

if TYPE_CHECKING:
    from centernet_ros.models import CenterNet

# Seconds between two looks at the process; between them a signal is noticed.
INTERVAL = 0.1


def export_engine(
    model: CenterNet | CheckpointFile, path: Path, size: tuple[int, int], options: DecodingOptions
) -> None:
    """Write the ONNX file of a network; arguments and errors as of `write_onnx`.

    A checkpoint is exported by another process, unless this one has PyTorch in its memory anyway.
    """
    if isinstance(model, CheckpointFile) and "torch" not in sys.modules:
        run_export(model, path, size, options)
        return
    from centernet_ros.inference.backends.onnx_file import write_onnx

    network = model.load() if isinstance(model, CheckpointFile) else model
    write_onnx(network, path, size, options)


def run_export(
    model: CheckpointFile, path: Path, size: tuple[int, int], options: DecodingOptions
) -> None:
    """Start the process and wait for it; it is killed where the wait is broken off.

    Raises:
        ValueError: it failed.
    """
    request = {
        "checkpoint": str(model.path),
        "class_names": model.class_names and list(model.class_names),
        "path": str(path),
        "size": size,
        "options": asdict(options),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import main; main()", json.dumps(request)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the process that waits
    )
    try:
        while True:
            try:
                _, errors = process.communicate(timeout=INTERVAL)
                break
            except subprocess.TimeoutExpired:
                pass
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        reason = errors.strip().splitlines()[-1:] or [f"exit status {process.returncode}"]
        raise ValueError(f"{model.path} cannot be exported: {reason[0]}")


def main() -> None:
    """Export what the command line asks for."""
    from centernet_ros.inference.backends.onnx_file import write_onnx

    request = json.loads(sys.argv[1])
    try:
        network = CheckpointFile(Path(request["checkpoint"]), request["class_names"]).load()
        options = DecodingOptions(**request["options"])
        write_onnx(network, Path(request["path"]), tuple(request["size"]), options)
    except (CheckpointError, OSError, ValueError) as error:
        sys.exit(str(error))
