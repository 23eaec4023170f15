"""The detector's lifecycle, driven from outside."""

import shutil
import threading

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.lifecycle import TransitionCallbackReturn
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.nodes.common.runtime import prepare_process
from centernet_ros.nodes.detector.detector import Detector
from centernet_ros.replay.node_process import ros_arguments

DETECTIONS = "/detector/detections"


@pytest.fixture
def change(talker):
    def change(transition):
        request = ChangeState.Request(transition=Transition(id=transition))
        return talker.call(ChangeState, "/detector/change_state", request).success

    return change


@pytest.fixture
def state(talker):
    return lambda: (
        talker.call(GetState, "/detector/get_state", GetState.Request()).current_state.id
    )


def test_waits_for_transitions_without_autostart(start, talker, checkpoint, image, change, state):
    found = talker.collect(Detection2DArray, DETECTIONS)
    start("detector", {"models": [str(checkpoint)], "autostart": False})
    assert state() == State.PRIMARY_STATE_UNCONFIGURED
    for _ in range(3):
        assert change(Transition.TRANSITION_CONFIGURE)
        assert change(Transition.TRANSITION_ACTIVATE)
        found.clear()
        talker.publish_until("image", lambda: image, lambda: found)
        assert change(Transition.TRANSITION_DEACTIVATE)
        assert state() == State.PRIMARY_STATE_INACTIVE
        talker.spin_until(lambda: not talker.node.get_subscriptions_info_by_topic("/image"))
        assert change(Transition.TRANSITION_CLEANUP)
    assert state() == State.PRIMARY_STATE_UNCONFIGURED
    assert change(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN)


def test_shutdown_ends_publishing(start, talker, checkpoint, image, change, state):
    found = talker.collect(Detection2DArray, DETECTIONS)
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    detector = start("detector", {"models": [str(checkpoint)]})
    talker.publish_until("image", lambda: image, lambda: found)
    assert change(Transition.TRANSITION_ACTIVE_SHUTDOWN)
    assert state() == State.PRIMARY_STATE_FINALIZED
    talker.spin_until(lambda: not talker.node.get_subscriptions_info_by_topic("/image"))
    talker.acknowledge()
    found.clear()
    del diagnostics[:]
    # Answers to requests show that the node is alive; it says nothing else any more.
    for _ in range(3):
        assert state() == State.PRIMARY_STATE_FINALIZED
    assert not found
    assert not [m for m in diagnostics if any("detector" in s.name for s in m.status)]
    assert detector.stop() == 0
    assert "Traceback" not in detector.read_log()


def test_bad_model_leaves_it_unconfigured(start, talker, change, state):
    detector = start("detector", {"models": ["/nowhere/net.pt"], "autostart": False})
    assert not change(Transition.TRANSITION_CONFIGURE)
    assert state() == State.PRIMARY_STATE_UNCONFIGURED
    assert "/nowhere/net.pt: no such file" in detector.read_log()
    assert detector.status is None


def test_a_model_file_that_disappears_matters_to_the_next_configuration(
    start, talker, checkpoint, checkpoints, image, change, state, tmp_path
):
    path = tmp_path / "model.pt"
    shutil.copy(checkpoint, path)
    found = talker.collect(Detection2DArray, DETECTIONS)
    in_space = talker.collect(Detection3DArray, "/detector/detections_3d")
    detector = start("detector", {"models": [str(path)]})
    talker.publish_until("image", lambda: image, lambda: found)
    path.unlink()
    found.clear()
    talker.publish("image", image)
    talker.spin_until(lambda: found)
    assert change(Transition.TRANSITION_DEACTIVATE)
    assert change(Transition.TRANSITION_CLEANUP)
    assert not change(Transition.TRANSITION_CONFIGURE)
    assert f"{path}: no such file" in detector.read_log()
    assert state() == State.PRIMARY_STATE_UNCONFIGURED
    shutil.copy(checkpoints["ddd"], path)
    assert change(Transition.TRANSITION_CONFIGURE)
    assert change(Transition.TRANSITION_ACTIVATE)
    talker.spin_until(lambda: talker.node.count_publishers("/detector/detections_3d"))
    assert not in_space
    assert "ddd: mobilenetv3 with 3 classes" in detector.read_log()


@pytest.fixture
def detector(domain, checkpoint):
    """Unconfigured, in this process."""
    prepare_process()
    rclpy.init(args=ros_arguments({"models": [str(checkpoint)], "autostart": False}))
    node = Detector()
    yield node
    node.destroy_node()
    rclpy.try_shutdown()


def test_an_unforeseen_error_is_said(detector, monkeypatch, capfd):
    class LibraryError(Exception):
        pass

    def fail(*_):
        raise LibraryError("no such kernel")

    monkeypatch.setattr("centernet_ros.nodes.detector.detector.ModelSet", fail)
    assert detector.trigger_configure() == TransitionCallbackReturn.FAILURE
    assert "LibraryError('no such kernel')" in capfd.readouterr().err


def test_a_hundred_cycles_leave_nothing_behind(detector):
    def cycle():
        for transition in ("configure", "activate", "deactivate", "cleanup"):
            result = getattr(detector, f"trigger_{transition}")()
            assert result == TransitionCallbackReturn.SUCCESS

    def count_leftovers():
        names = ("publishers", "subscriptions", "timers", "services", "guards")
        return threading.active_count(), *(len(list(getattr(detector, n))) for n in names)

    cycle()
    before = count_leftovers()
    for _ in range(100):
        cycle()
    assert count_leftovers() == before
