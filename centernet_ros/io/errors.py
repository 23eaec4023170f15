"""The error of files that cannot be used."""

from __future__ import annotations


class DataError(ValueError):
    """A file or folder that cannot be used; the text names it and says what was expected."""


def describe_os_error(error: OSError) -> str:
    """What is wrong with a file, in few words."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return (error.strerror or str(error)).lower()
