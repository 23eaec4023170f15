"""Hypothesis strategies for camera messages of any content."""

import numpy as np
from builtin_interfaces.msg import Time
from hypothesis import strategies as st
from sensor_msgs.msg import CameraInfo, CompressedImage, Image, RegionOfInterest
from std_msgs.msg import Header

from centernet_ros.conversions.image import CONVERTED, SEMI_PLANAR, ZERO_COPY
from centernet_ros.geometry.distortion import FISHEYE, POLYNOMIAL

KNOWN = [*ZERO_COPY, *CONVERTED, *SEMI_PLANAR]
SIZES = st.one_of(st.integers(0, 9), st.sampled_from([2**16, 2**31, 2**32 - 1]))
NUMBERS = st.floats(width=64)


def pinholes(columns):
    """Camera matrices of 3 or 4 columns with any numbers where a pinhole camera has some."""

    def fill(numbers):
        matrix = np.zeros((3, columns))
        matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2], matrix[:, -1] = (
            *numbers[:4],
            numbers[4:],
        )
        matrix[2, :3] = 0, 0, 1
        return matrix.ravel().tolist()

    return st.lists(NUMBERS, min_size=7, max_size=7).map(fill)


headers = st.builds(
    Header,
    stamp=st.builds(Time, sec=st.integers(-(2**31), 2**31 - 1), nanosec=st.integers(0, 2**32 - 1)),
    frame_id=st.text("abc/_ ", max_size=5),
)
images = st.builds(
    Image,
    header=headers,
    height=SIZES,
    width=SIZES,
    step=SIZES,
    encoding=st.one_of(st.sampled_from(KNOWN), st.text("abcdefgh0123456789_", max_size=12)),
    is_bigendian=st.booleans(),
    data=st.binary(max_size=400),
)
compressed_images = st.builds(
    lambda header, start, rest: CompressedImage(header=header, format="jpeg", data=start + rest),
    header=headers,
    start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n"]),
    rest=st.binary(max_size=300),
)
camera_infos = st.builds(
    CameraInfo,
    header=headers,
    height=SIZES,
    width=SIZES,
    k=st.one_of(st.lists(NUMBERS, min_size=9, max_size=9), pinholes(3)),
    p=st.one_of(st.lists(NUMBERS, min_size=12, max_size=12), pinholes(4)),
    d=st.lists(NUMBERS, max_size=8),
    distortion_model=st.one_of(
        st.sampled_from([*POLYNOMIAL, *FISHEYE, "", "none"]),
        st.text(max_size=5).map(lambda text: text.encode("ascii", "replace").decode()),
    ),
    binning_x=SIZES,
    binning_y=SIZES,
    roi=st.builds(RegionOfInterest, x_offset=SIZES, y_offset=SIZES, height=SIZES, width=SIZES),
)
# That can be decoded, of any content.
plain_images = st.builds(
    lambda header, height, width, padding, seed: Image(
        header=header,
        height=height,
        width=width,
        step=3 * width + padding,
        encoding="bgr8",
        data=np.random.default_rng(seed).bytes(height * (3 * width + padding)),
    ),
    header=headers,
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    padding=st.integers(0, 5),
    seed=st.integers(0, 9),
)
