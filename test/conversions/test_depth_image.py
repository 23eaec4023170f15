import numpy as np
import pytest
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.depth_image import depth_from_message
from centernet_ros.conversions.image import ImageError

LIMITS = 0.1, 10.0
METRES = np.array([[0.5, 2.0, 9.9], [0.05, 12.0, np.nan]])
KNOWN = np.array([[0.5, 2.0, 9.9], [np.nan] * 3])


def make_message(pixels, encoding, padding=0, big_endian=False, frame="camera"):
    rows = pixels.astype(pixels.dtype.newbyteorder(">" if big_endian else "<"))
    data = np.pad(rows.view(np.uint8), ((0, 0), (0, padding)), constant_values=77)
    height, width = pixels.shape
    return ImageMessage(
        header=Header(frame_id=frame),
        height=height,
        width=width,
        encoding=encoding,
        is_bigendian=big_endian,
        step=data.shape[1],
        data=data.tobytes(),
    )


def read(message, size=(200, 300)):
    return depth_from_message(message, "camera", size, LIMITS)


@pytest.mark.parametrize("padding", [0, 6])
@pytest.mark.parametrize("big_endian", [False, True])
def test_millimetres_are_metres(padding, big_endian):
    millimetres = np.nan_to_num(METRES * 1000).round().astype(np.uint16)
    message = make_message(millimetres, "16UC1", padding, big_endian)
    assert read(message) == pytest.approx(KNOWN, nan_ok=True)


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf, 0.0, -3.0])
def test_metres_are_metres_and_what_is_none_is_unknown(nothing):
    metres = np.where(np.isnan(METRES), nothing, METRES).astype(np.float32)
    assert read(make_message(metres, "32FC1")) == pytest.approx(KNOWN, nan_ok=True)


@pytest.mark.parametrize(
    ("message", "size", "line"),
    [
        (
            make_message(np.ones((2, 3), np.uint8), "mono8"),
            (2, 3),
            "depth image of encoding 'mono8', expected one of: 16UC1, mono16, 32FC1",
        ),
        (
            make_message(np.ones((2, 3), np.uint16), "16UC1", frame="depth_optical"),
            (2, 3),
            "depth image in the frame 'depth_optical', expected one registered to the image, "
            "whose frame is 'camera'",
        ),
        (
            make_message(np.ones((2, 3), np.uint16), "16UC1"),
            (720, 1280),
            "depth image of 3x2 for an image of 1280x720, expected one registered to it",
        ),
        (ImageMessage(encoding="32FC1", header=Header(frame_id="camera")), (2, 3), "0x0 pixels"),
    ],
)
def test_what_cannot_be_used_is_a_line(message, size, line):
    with pytest.raises(ImageError, match=line):
        read(message, size)
