"""Optional libraries."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

# What each extra of setup.py brings, by the names that are imported.
EXTRAS = {
    "export": ("onnx", "onnxscript"),
    "onnxruntime": ("onnxruntime",),
    "openvino": ("openvino",),
    "int8": ("nncf",),
    "training": (
        "jsonargparse",
        "lightning_fabric",
        "matplotlib",
        "numba",
        "pycocotools",
        "safetensors",
        "tensorboard",
    ),
}


def is_installed(extra: str) -> bool:
    """Whether all that an extra brings can be found."""
    return all(map(find_spec, EXTRAS[extra]))


def require(extra: str, purpose: str) -> ModuleType:
    """The first library of an extra.

    Raises:
        ValueError: it is not installed.
    """
    if not is_installed(extra):
        names = " and ".join(EXTRAS[extra])
        raise ValueError(f"{purpose} needs {names}: pip install {' '.join(EXTRAS[extra])}")
    return import_module(EXTRAS[extra][0])


@contextmanager
def quiet_logger(name: str) -> Iterator[None]:
    """A library's logger with errors alone, for as long as the context lasts."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
