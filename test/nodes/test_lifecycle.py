"""The detector's lifecycle, driven from outside."""

import pytest
from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState
from vision_msgs.msg import Detection2DArray

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
        assert talker.node.get_subscriptions_info_by_topic("/image") == []
        assert change(Transition.TRANSITION_CLEANUP)
    assert state() == State.PRIMARY_STATE_UNCONFIGURED
    assert change(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN)


def test_bad_model_leaves_it_unconfigured(start, talker, change, state):
    detector = start("detector", {"models": ["/nowhere/net.pt"], "autostart": False})
    assert not change(Transition.TRANSITION_CONFIGURE)
    assert state() == State.PRIMARY_STATE_UNCONFIGURED
    assert "/nowhere/net.pt: no such file" in detector.read_log()
    assert detector.status is None
