import threading
import time

from centernet_ros.nodes.detector.newest_worker import NewestWorker


class Blocked:
    """A process function that waits to be released."""

    def __init__(self):
        self.entered, self.leave, self.seen = threading.Event(), threading.Event(), []

    def __call__(self, items):
        self.seen.append(dict(items))
        self.entered.set()
        self.leave.wait()


def test_waiting_item_of_a_key_is_replaced():
    process = Blocked()
    worker = NewestWorker(process, "test")
    assert not worker.submit("a", 1)
    process.entered.wait()
    assert not worker.submit("a", 2)
    assert worker.submit("a", 3)
    assert not worker.submit("b", 4)
    process.entered.clear()
    process.leave.set()
    process.entered.wait()
    assert worker.stop() == set()
    assert process.seen == [{"a": 1}, {"a": 3, "b": 4}]


def test_stop_names_what_still_waits():
    process = Blocked()
    worker = NewestWorker(process, "test")
    worker.submit("a", 1)
    process.entered.wait()
    worker.submit("b", 2)
    threading.Timer(0.05, process.leave.set).start()
    assert worker.stop() == {"b"}


def test_stop_breaks_off_long_work():
    started = threading.Event()

    def process(items):
        started.set()
        while True:
            try:
                time.sleep(0.01)
            except Exception:  # what a library might do
                continue

    worker = NewestWorker(process, "test")
    worker.submit("a", 1)
    started.wait()
    assert worker.stop() == set()
