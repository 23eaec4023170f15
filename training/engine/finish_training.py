"""A training as one step of several."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from training.engine.figures import FIGURES


def finish_training(command: Sequence[str], output: Path) -> None:
    """Train, go on with what was broken off, or leave what is finished as it is.

    Args:
        command: a training command and its options, without --output.
        output: folder of this run.

    Raises:
        subprocess.CalledProcessError: the training failed.
    """
    if (output / FIGURES).exists():
        return
    resume = ["--resume"] if (output / "last.pt").exists() else []
    subprocess.run([sys.executable, *command, "--output", str(output), *resume], check=True)
