import threading

import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor

from centernet_ros.replay.spin import spin_until


@pytest.fixture
def executor(domain):
    rclpy.init()
    yield SingleThreadedExecutor()
    rclpy.try_shutdown()


def test_waits_for_a_condition(executor):
    polled = []
    assert spin_until(executor, lambda: polled.append(1) or len(polled) > 2, 10)
    assert not spin_until(executor, lambda: False, 0.1)


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_signal_that_ends_ros_interrupts(executor, meanwhile):
    """SIGTERM shuts ROS down, and commands end as they do by Ctrl-C, without a traceback."""
    if meanwhile:
        threading.Timer(0.3, rclpy.shutdown).start()
    else:
        rclpy.shutdown()
    with pytest.raises(KeyboardInterrupt):
        spin_until(executor, lambda: False, 10)


def test_other_errors_stay(executor, monkeypatch):
    def fail(timeout_sec):
        raise OSError("no network")

    monkeypatch.setattr(executor, "spin_once", fail)
    with pytest.raises(OSError, match="no network"):
        spin_until(executor, lambda: False, 10)
