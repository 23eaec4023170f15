"""What a command says where it cannot go on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from centernet_ros.io.errors import describe_os_error

# A shell's status of a process that Ctrl-C ended.
INTERRUPTED = 130

Arguments = ParamSpec("Arguments")
Main = Callable[Arguments, int]


def report_errors(*kinds: type[Exception]) -> Callable[[Main[Arguments]], Main[Arguments]]:
    """Decorate the main function of a command, which gives the exit status.

    An error becomes one line behind the command's name and status 1, Ctrl-C status 130.

    Args:
        kinds: of errors, besides ValueError and OSError, that tell a person what was expected.
    """
    described: tuple[type[Exception], ...] = (ValueError, *kinds)

    def decorate(main: Main[Arguments]) -> Main[Arguments]:
        @wraps(main)
        def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> int:
            name = Path(sys.argv[0]).name
            try:
                return main(*args, **kwargs)
            except KeyboardInterrupt:
                print(f"{name}: stopped", file=sys.stderr)
                return INTERRUPTED
            except OSError as error:
                where = f"{error.filename}: " if error.filename else ""
                print(f"{name}: {where}{describe_os_error(error)}", file=sys.stderr)
            except described as error:
                print(f"{name}: {error}", file=sys.stderr)
            return 1

        return run

    return decorate
