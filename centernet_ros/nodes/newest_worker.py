"""A worker thread that is always given the newest item."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class NewestWorker(Generic[T]):
    """Calls a function with the newest item submitted, in a thread of its own.

    Latency cannot grow: an item that arrives while another waits replaces it.
    """

    def __init__(self, process: Callable[[T], None], name: str) -> None:
        self._process = process
        self._waiting: list[T] = []
        self._changed = threading.Condition()
        self._running = True
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: T) -> bool:
        """Hand over an item.

        Returns:
            whether an older item was dropped for it.
        """
        with self._changed:
            dropped = bool(self._waiting)
            self._waiting = [item]
            self._changed.notify()
        return dropped

    def stop(self) -> int:
        """Finish the item at hand and end the thread.

        Returns:
            how many waiting items were dropped.
        """
        with self._changed:
            self._running = False
            dropped = len(self._waiting)
            self._waiting = []
            self._changed.notify()
        self._thread.join()
        return dropped

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or not self._running)
                if not self._running:
                    return
                item = self._waiting.pop()
            self._process(item)
