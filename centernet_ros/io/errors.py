"""The one error of files that cannot be used."""

from __future__ import annotations


class DataError(ValueError):
    """A file or folder that cannot be used; the text names it and says what was expected."""
