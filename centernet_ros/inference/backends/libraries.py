"""Optional libraries."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

# What each extra of setup.py brings, by the names that are imported.
EXTRAS = {
    "export": ("onnx", "onnxscript"),
    "onnxruntime": ("onnxruntime",),
    "openvino": ("openvino",),
    "int8": ("nncf",),
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
