import threading

import pytest
from builtin_interfaces.msg import Time
from sensor_msgs.msg import CameraInfo
from std_msgs.msg import Header

from centernet_ros.nodes.detector.stamped_messages import FUTILE, StampedMessages


def make_info(seconds, width=0):
    return CameraInfo(header=Header(stamp=Time(sec=seconds)), width=width)


@pytest.fixture
def calibrations():
    return StampedMessages(10)


@pytest.fixture
def waits(calibrations, monkeypatch):
    """The times that something waited."""
    waits = []
    original = calibrations._changed.wait_for

    def wait_for(condition, patience):
        waits.append(patience)
        return original(condition, 0)

    monkeypatch.setattr(calibrations._changed, "wait_for", wait_for)
    return waits


def find(calibrations, seconds):
    match = calibrations.find(Time(sec=seconds))
    return match and (match.message.header.stamp.sec, match.is_own)


def test_an_image_waits_for_its_own(calibrations, monkeypatch):
    """Even if another's is there already."""
    monkeypatch.setattr("centernet_ros.nodes.detector.stamped_messages.PATIENCE", 60.0)
    calibrations.add(make_info(1))
    waiting, original = threading.Event(), calibrations._changed.wait_for

    def wait_for(*arguments):
        waiting.set()
        return original(*arguments)

    monkeypatch.setattr(calibrations._changed, "wait_for", wait_for)

    def arrive_late():
        waiting.wait(60)
        calibrations.add(make_info(2))

    thread = threading.Thread(target=arrive_late)
    thread.start()
    assert find(calibrations, 2) == (2, True)
    thread.join()


def test_the_nearest_in_time_stands_in(calibrations, waits):
    for seconds in (1, 4, 9):
        calibrations.add(make_info(seconds))
    assert find(calibrations, 6) == (4, False)
    assert find(calibrations, 7) == (9, False)
    assert find(calibrations, 4) == (4, True)


def test_the_last_of_one_stamp_counts(calibrations, waits):
    for width in (1, 2):
        calibrations.add(make_info(5, width))
    assert calibrations.find(Time(sec=5)).message.width == 2


def test_nothing_waits_for_stamps_that_never_come(calibrations, waits):
    calibrations.add(make_info(1))
    for seconds in range(100, 110):
        assert find(calibrations, seconds) == (1, False)
    assert len(waits) == FUTILE


def test_nothing_waits_long_where_there_is_no_calibration(calibrations, waits):
    assert [find(calibrations, seconds) for seconds in range(10)] == [None] * 10
    assert len(waits) == FUTILE


def test_calibrations_without_stamp_are_for_all(calibrations, waits):
    calibrations.add(make_info(0))
    assert find(calibrations, 7) == (0, False)
    assert not waits


def test_waiting_begins_anew_where_own_ones_come_late(calibrations, waits):
    calibrations.add(make_info(1))
    for seconds in range(100, 110):
        find(calibrations, seconds)
    del waits[:]
    calibrations.add(make_info(109))
    find(calibrations, 110)
    assert len(waits) == 1


def test_nothing_waits_for_what_a_later_one_has_passed(calibrations, waits):
    for seconds in (1, 3):
        calibrations.add(make_info(seconds))
    assert find(calibrations, 2)[1] is False
    assert not waits


def test_stamps_may_differ_within_the_tolerance(waits):
    messages = StampedMessages(10, tolerance=1.0)
    messages.add(make_info(5))
    assert [messages.find(Time(sec=s)).is_own for s in (4, 5, 6, 7)] == [True, True, True, False]
