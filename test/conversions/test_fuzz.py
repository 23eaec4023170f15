"""Whatever arrives becomes a picture or a camera, or is refused with the error that says why."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_msgs.msg import CameraInfo, CompressedImage, RegionOfInterest
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.camera_model import (
    DISTORTION_MODELS,
    CameraInfoError,
    camera_from_info,
)
from centernet_ros.conversions.image import (
    CONVERTED,
    SEMI_PLANAR,
    ZERO_COPY,
    ImageError,
    image_from_compressed,
    image_from_message,
)

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


@settings(max_examples=1000, deadline=None)
@given(
    height=SIZES,
    width=SIZES,
    step=SIZES,
    encoding=st.one_of(st.sampled_from(KNOWN), st.text("abcdefgh0123456789_", max_size=12)),
    big_endian=st.booleans(),
    data=st.binary(max_size=400),
)
def test_image(height, width, step, encoding, big_endian, data):
    message = ImageMessage(
        height=height,
        width=width,
        step=step,
        encoding=encoding,
        is_bigendian=big_endian,
        data=data,
    )
    try:
        image = image_from_message(message)
    except ImageError as error:
        assert "\n" not in str(error)
    else:
        assert image.pixels.shape == (height, width, 3)
        assert image.pixels.dtype == np.uint8


@settings(max_examples=300, deadline=None)
@given(
    data=st.binary(max_size=300), prefix=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n"])
)
def test_compressed_image(data, prefix):
    try:
        image = image_from_compressed(CompressedImage(format="jpeg", data=prefix + data))
    except ImageError as error:
        assert "\n" not in str(error)
    else:
        assert image.pixels.ndim == 3


@settings(max_examples=1000, deadline=None)
@given(
    height=SIZES,
    width=SIZES,
    k=st.one_of(st.lists(NUMBERS, min_size=9, max_size=9), pinholes(3)),
    p=st.one_of(st.lists(NUMBERS, min_size=12, max_size=12), pinholes(4)),
    d=st.lists(NUMBERS, max_size=8),
    model=st.one_of(st.sampled_from([*DISTORTION_MODELS]), st.text(max_size=5)),
    roi=st.tuples(SIZES, SIZES, SIZES, SIZES),
    binning=st.tuples(SIZES, SIZES),
    rectified=st.booleans(),
)
def test_camera_info(height, width, k, p, d, model, roi, binning, rectified):
    info = CameraInfo(
        height=height,
        width=width,
        k=k,
        p=p,
        d=d,
        distortion_model=model.encode("ascii", "replace").decode(),
        binning_x=binning[0],
        binning_y=binning[1],
        roi=RegionOfInterest(x_offset=roi[0], y_offset=roi[1], height=roi[2], width=roi[3]),
    )
    try:
        camera = camera_from_info(info, (480, 640), rectified)
    except CameraInfoError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(camera.projection).all()
        assert min(camera.projection[0, 0], camera.projection[1, 1]) > 0
        points = camera.undistort_points(np.array([[10.0, 20.0]]))
        assert points.shape == (1, 2)
