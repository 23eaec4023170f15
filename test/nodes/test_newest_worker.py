import threading

from centernet_ros.nodes.newest_worker import NewestWorker


def test_waiting_item_is_replaced():
    entered, leave, seen = threading.Event(), threading.Event(), []

    def process(item):
        seen.append(item)
        entered.set()
        leave.wait()

    worker = NewestWorker(process, "test")
    assert not worker.submit(1)
    entered.wait()
    assert not worker.submit(2)
    assert worker.submit(3)
    leave.set()
    entered.clear()
    entered.wait()
    assert worker.stop() == 0
    assert seen == [1, 3]


def test_stop_counts_what_still_waits():
    entered, leave = threading.Event(), threading.Event()

    def process(item):
        entered.set()
        leave.wait()

    worker = NewestWorker(process, "test")
    worker.submit(1)
    entered.wait()
    worker.submit(2)
    threading.Timer(0.05, leave.set).start()
    assert worker.stop() == 1
