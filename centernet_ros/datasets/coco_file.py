"""The JSON of COCO's annotation files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from centernet_ros.io.errors import DataError
from centernet_ros.io.text import read_text

Id = int | str
Row = dict[str, Any]
LISTS = ("images", "annotations", "categories")


def read_rows(path: Path) -> dict[str, list[Row]]:
    """The three lists of an annotation file.

    Raises:
        DataError: it is missing, not JSON, or lacks one of them.
    """
    text = read_text(path, "a COCO annotation file")
    try:
        content = json.loads(text)
    except ValueError as error:
        raise DataError(f"{path}: not JSON ({error}), expected a COCO annotation file") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: not an object, expected {', '.join(LISTS)}")
    for name in LISTS:
        rows = content.get(name)
        if not isinstance(rows, list):
            found = "missing" if rows is None else f"a {type(rows).__name__}"
            raise DataError(f"{path}: {name!r} is {found}, expected a list")
        for i, row in enumerate(rows):
            if not isinstance(row, dict):
                raise DataError(f"{path}: {name}[{i}] is {row!r}, expected an object")
    return {name: content[name] for name in LISTS}


def normalize_id(value: object) -> Id | None:
    """An id as a whole number where it is one, written as a number or as a text.

    Returns:
        None for what is no id.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.removeprefix("-").isdecimal() else (text or None)
    return value if isinstance(value, int) else None
