"""Starts what is installed as an executable.

Ctrl-C during the seconds in which the libraries are imported ends it without a traceback.
"""

from __future__ import annotations

import signal
from importlib import import_module


class Executable:
    """The main function of a module, which is imported when it is called.

    Attributes are those of the modules below: `executables.cli.detect` is the main function of
    centernet_ros/cli/detect.py.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Executable:
        return Executable(f"{self._module}.{name}")

    def __call__(self) -> int:
        """Call the main function, which gives the exit status."""
        # The default of the system ends a process at once, that of Python raises an exception.
        # Where a shell has the signal ignored, as of jobs in the background, it stays so.
        handler = signal.getsignal(signal.SIGINT)
        if handler is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        main = import_module(self._module).main
        signal.signal(signal.SIGINT, handler)
        status: int = main()
        return status


executables = Executable("centernet_ros")
