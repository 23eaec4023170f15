"""Networks whose weights will be read from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from torch.nn import init
from torch.overrides import TorchFunctionMode


class SkipInitialization(TorchFunctionMode):
    """Within this context the layers of PyTorch leave their weights as the memory is.

    Random numbers for a large network take seconds. The meta device would save those, too, but
    for it PyTorch imports its compiler: a second more, and 150 MiB.
    """

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> object:
        """Call a function of PyTorch, unless it makes initial weights."""
        kwargs = kwargs or {}
        if getattr(function, "__module__", "") == init.__name__:
            return args[0] if args else kwargs["tensor"]
        return function(*args, **kwargs)
