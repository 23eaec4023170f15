"""Text files as other programs write them."""

from __future__ import annotations

from pathlib import Path

from centernet_ros.io.errors import DataError, describe_os_error


def read_text(path: Path, expected: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Args:
        path: the file.
        expected: what it should be, for the error.

    Raises:
        DataError: it is missing or not in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: {describe_os_error(error)}, expected {expected}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not in UTF-8 ({error}), expected {expected}") from error
