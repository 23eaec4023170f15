"""A node of this package in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

STOP_TIMEOUT = 15.0


def ros_arguments(
    parameters: Mapping[str, object] | None = None,
    remappings: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> list[str]:
    """The command-line arguments that set parameters, also those of a file, and remap topics."""
    arguments = ["--ros-args", *(("--params-file", str(config)) if config else ())]
    for name, value in (parameters or {}).items():
        arguments += ["-p", f"{name}:={json.dumps(value)}"]
    for topic, target in (remappings or {}).items():
        arguments += ["-r", f"{topic}:={target}"]
    return arguments


class NodeProcess:
    """Runs a module with a node; leaving the context ends it."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        log: Path | None = None,
        module: str | None = None,
    ) -> None:
        """Start it.

        Args:
            name: of a node of this package.
            arguments: see ros_arguments.
            log: file for what it prints, this process's own output without.
            module: with another node, which takes the place of that of the name.
        """
        self._log = log.open("wb") if log else None
        self._process = subprocess.Popen(
            [sys.executable, "-m", module or f"centernet_ros.nodes.{name}.{name}", *arguments],
            stdout=self._log,
            stderr=subprocess.STDOUT if log else None,
        )

    def __enter__(self) -> NodeProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Exit status, None while it runs."""
        return self._process.poll()

    def wait(self, timeout: float) -> int:
        """Its exit status.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        return self._process.wait(timeout)

    def stop(self) -> int:
        """End the process as Ctrl-C would, by force when it does not react.

        Returns:
            its exit status.
        """
        if self.status is None:
            self._process.send_signal(signal.SIGINT)
        try:
            status = self.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if self._log:
            self._log.close()
        return status
