"""Which code of this package a file in the cache comes from."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import centernet_ros

# Where the code is that networks and their graphs come from.
SOURCES = ("models", "inference")


@lru_cache
def hash_sources() -> bytes:
    """A hash of that code."""
    digest = hashlib.sha256()
    package = Path(centernet_ros.__file__).parent
    for source in SOURCES:
        for file in sorted((package / source).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.digest()
