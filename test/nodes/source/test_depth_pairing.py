"""Images and depth images in the order of a bag."""

import pytest
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from centernet_ros.conversions.stamp import from_nanoseconds
from centernet_ros.nodes.source.depth_pairing import FARTHEST, MOST_WAITING, pair_depths
from centernet_ros.nodes.source.playback_frame import PlaybackFrame


def image(milliseconds):
    return Image(header=Header(stamp=from_nanoseconds(milliseconds * 10**6)))


def frame(milliseconds):
    return PlaybackFrame(0.0, image(milliseconds), None)


def delays(messages):
    """Milliseconds from each image to its depth image, None without one."""
    paired = list(pair_depths(messages))
    assert [f.image for f in paired] == [m.image for m in messages if not isinstance(m, Image)]
    return [f.depth and f.depth.delay / 1e6 for f in paired]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([image(100), frame(100), image(200), frame(200)], [0, 0]),
        ([frame(100), image(100), frame(200), image(200)], [0, 0]),
        # Recorded two images later.
        ([frame(100), frame(200), frame(300), image(100), image(200), image(300)], [0, 0, 0]),
        # Of other stamps the nearest counts, before or after.
        ([frame(100), image(90), frame(200), image(130), image(205)], [-10, 5]),
        # One depth image for two images.
        ([image(100), frame(110), frame(120)], [-10, -20]),
        ([frame(100), frame(200)], [None, None]),
        ([image(100), frame(101 + FARTHEST // 10**6)], [None]),
    ],
)
def test_the_nearest_by_stamp(messages, expected):
    assert delays(messages) == expected


def test_images_do_not_wait_for_ever():
    played = pair_depths(iter([frame(i) for i in range(MOST_WAITING + 1)] + [None]))
    assert next(played).depth is None
