"""A worker thread that is always given the newest items."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Generic, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")

# Seconds that stopping gives the items at hand: a frame needs less, exporting a network far more.
STOP_GRACE = 1.0


class WorkInterrupted(BaseException):
    """Raised in the worker's thread to break off what it does."""


class NewestWorker(Generic[Key, Item]):
    """Calls a function with the newest item of every key at hand, in a thread of its own.

    Latency cannot grow: an item that arrives while another of its key waits replaces it. Keys do
    not wait for each other.
    """

    def __init__(self, process: Callable[[Mapping[Key, Item]], None], name: str) -> None:
        self._process = process
        self._waiting: dict[Key, Item] = {}
        self._changed = threading.Condition()
        self._running = True
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, key: Key, item: Item) -> bool:
        """Hand over an item.

        Returns:
            whether an older item of the key was dropped for it.
        """
        with self._changed:
            dropped = key in self._waiting
            self._waiting[key] = item
            self._changed.notify()
        return dropped

    def stop(self) -> set[Key]:
        """Finish the items at hand, within a second, and end the thread.

        What takes longer is broken off as soon as it runs Python code again.

        Returns:
            the keys whose waiting items were dropped.
        """
        with self._changed:
            self._running = False
            dropped = set(self._waiting)
            self._waiting = {}
            self._changed.notify()
        self._thread.join(STOP_GRACE)
        while self._thread.is_alive():
            # Libraries may swallow an exception, so that it is raised until the thread has ended.
            thread = ctypes.c_ulong(self._thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(WorkInterrupted))
            self._thread.join(STOP_GRACE)
        return dropped

    def _run(self) -> None:
        with suppress(WorkInterrupted):
            self._work()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or not self._running)
                if not self._running:
                    return
                items, self._waiting = self._waiting, {}
            self._process(items)
