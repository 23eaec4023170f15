"""Which depth image of a bag goes with an image."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.stamp import to_nanoseconds
from centernet_ros.nodes.source.playback_frame import Depth, PlaybackFrame

# As many images as drivers are late with their depth images, or less.
MOST_WAITING = 15
# Nanoseconds between the stamps of an image and its depth image, as the detector allows at most.
FARTHEST = 10**9


def pair_depths(
    messages: Iterable[PlaybackFrame | ImageMessage], most_waiting: int = MOST_WAITING
) -> Iterator[PlaybackFrame]:
    """Give each image the depth image that is nearest by stamp, recorded before or after it.

    Args:
        messages: images and depth images in order of recording.
        most_waiting: images that wait for a depth image recorded after them.

    Yields:
        The images in their order, some without a depth image.
    """
    waiting: deque[PlaybackFrame] = deque()
    # With the stamps of the recording, for who takes a depth image may give it another.
    depths: deque[tuple[int, ImageMessage]] = deque(maxlen=2 * MOST_WAITING)
    for message in messages:
        if isinstance(message, ImageMessage):
            depths.append((to_nanoseconds(message.header.stamp), message))
        else:
            waiting.append(message)
        # Depth images to come can only be farther away than the last one.
        while waiting and (
            len(waiting) > most_waiting or (depths and depths[-1][0] >= _stamp(waiting[0]))
        ):
            yield _find_nearest(waiting.popleft(), depths)
    for frame in waiting:
        yield _find_nearest(frame, depths)


def _stamp(frame: PlaybackFrame) -> int:
    return to_nanoseconds(frame.image.header.stamp)


def _find_nearest(
    frame: PlaybackFrame, depths: Iterable[tuple[int, ImageMessage]]
) -> PlaybackFrame:
    candidates = [Depth(image, stamp - _stamp(frame)) for stamp, image in depths]
    nearest = min(candidates, key=lambda depth: abs(depth.delay), default=None)
    if nearest is None or abs(nearest.delay) > FARTHEST:
        return frame
    return frame._replace(depth=nearest)
