"""Whatever arrives becomes an image or a camera, or is refused with the error that says why."""

import numpy as np
from fuzzed_messages import camera_infos, compressed_images, images
from hypothesis import given, settings
from hypothesis import strategies as st

from centernet_ros.conversions.camera_model import CameraInfoError, camera_from_info
from centernet_ros.conversions.image import (
    ImageError,
    image_from_compressed,
    image_from_message,
)


@settings(max_examples=1000, deadline=None)
@given(images)
def test_image(message):
    try:
        image = image_from_message(message)
    except ImageError as error:
        assert "\n" not in str(error)
    else:
        assert image.pixels.shape == (message.height, message.width, 3)
        assert image.pixels.dtype == np.uint8


@settings(max_examples=300, deadline=None)
@given(compressed_images)
def test_compressed_image(message):
    try:
        image = image_from_compressed(message)
    except ImageError as error:
        assert "\n" not in str(error)
    else:
        assert image.pixels.ndim == 3


@settings(max_examples=1000, deadline=None)
@given(info=camera_infos, rectified=st.booleans())
def test_camera_info(info, rectified):
    try:
        camera = camera_from_info(info, (480, 640), rectified)
    except CameraInfoError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(camera.projection).all()
        assert min(camera.projection[0, 0], camera.projection[1, 1]) > 0
        points = camera.undistort_points(np.array([[10.0, 20.0]]))
        assert points.shape == (1, 2)
