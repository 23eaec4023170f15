import numpy as np
import pytest

from centernet_ros.structures import Detections
from centernet_ros.tracking.tracker import Tracker, TrackerOptions

SIZE = 20


def detect(*objects):
    """Squares of (x, y) or (x, y, label)."""
    centres = np.array([o[:2] for o in objects], float).reshape(-1, 2)
    labels = np.array([o[2] if len(o) > 2 else 0 for o in objects], int)
    boxes = np.concatenate((centres - SIZE / 2, centres + SIZE / 2), 1)
    return Detections(boxes, np.ones(len(objects)), labels)


def follow(tracker, *frames, step=0.1):
    return [tracker.update(detect(*frame), i * step).tolist() for i, frame in enumerate(frames)]


def test_ids_stay_with_moving_objects_in_whatever_order_they_are_found():
    ids = follow(Tracker(), [(0, 0), (100, 0)], [(105, 0), (5, 0)], [(10, 0), (110, 0)])
    assert ids[0] == ["", ""]
    assert ids[1] == ["1", "2"]
    assert ids[2] == ["2", "1"]


def test_an_id_comes_with_the_hits_that_are_asked_for():
    ids = follow(Tracker(TrackerOptions(min_hits=3)), *[[(i, 0)] for i in range(4)])
    assert ids == [[""], [""], ["1"], ["1"]]
    assert follow(Tracker(TrackerOptions(min_hits=1)), [(0, 0)]) == [["1"]]


def test_objects_that_pass_each_other_keep_their_ids():
    """Where they meet they are as near as can be; their motion tells them apart."""
    frames = [[(8 * i, 0), (160 - 8 * i, 3)] for i in range(21)]
    ids = follow(Tracker(), *frames)
    assert all(each == ["1", "2"] for each in ids[1:])


def test_a_short_loss_is_bridged_and_a_long_one_is_not():
    moving = [[(8 * i, 0)] for i in range(20)]
    for lost, expected in ((4, "1"), (14, "2")):
        frames = [frame if i < 4 or i >= 4 + lost else [] for i, frame in enumerate(moving)]
        assert follow(Tracker(), *frames)[19] == [expected]


def test_an_id_is_never_given_again():
    tracker = Tracker()
    assert follow(tracker, [(0, 0)], [(0, 0)])[1] == ["1"]
    assert tracker.update(detect((0, 0)), -5.0).tolist() == [""]  # time jumps back
    assert tracker.update(detect((0, 0)), -4.9).tolist() == ["2"]


def test_another_class_is_another_object():
    ids = follow(Tracker(), [(0, 0, 0)], [(0, 0, 0)], [(0, 0, 1)], [(0, 0, 1), (0, 0, 0)])
    assert ids[3] == ["2", "1"]


def test_what_is_too_far_away_is_another_object():
    options = TrackerOptions(max_distance=0.5, min_hits=1)
    assert follow(Tracker(options), [(0, 0)], [(9, 0)], [(40, 0)]) == [["1"], ["1"], ["2"]]


def test_nothing_found_and_images_of_one_stamp():
    tracker = Tracker(TrackerOptions(min_hits=1))
    assert tracker.update(detect(), 0.0).tolist() == []
    for _ in range(3):
        assert tracker.update(detect((0, 0)), 1.0).tolist() == ["1"]


@pytest.mark.parametrize("rate", [5, 10])
@pytest.mark.parametrize("loss", [0.0, 0.2])
def test_few_switches_among_many(rate, loss):
    """30 objects on straight ways through each other, with noise and losses."""
    random = np.random.default_rng(0)
    places, speeds = random.uniform(0, 1000, (30, 2)), random.uniform(-60, 60, (30, 2))
    tracker, owners, switches, seen = Tracker(), {}, 0, 0
    for i in range(10 * rate):
        found = np.flatnonzero(random.random(30) >= loss)
        now = places[found] + speeds[found] * i / rate + random.normal(0, 0.5, (len(found), 2))
        for who, number in zip(found.tolist(), tracker.update(detect(*now), i / rate)):
            if number:
                seen += 1
                switches += owners.setdefault(who, number) != number
                owners[who] = number
    print(f"{rate} Hz, {loss:.0%} lost: {switches} switches of {seen}")
    assert seen > 0.7 * 300 * rate * (1 - loss)
    assert switches <= 0.003 * seen
