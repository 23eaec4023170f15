"""sensor_msgs/Image and CompressedImage <-> Image."""

from __future__ import annotations

import array
from typing import TypeAlias

import cv2
import numpy as np
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.io.images import decode_image
from centernet_ros.structures import ChannelOrder, Image
from centernet_ros.visualization import copy_as_bgr

AnyImageMessage: TypeAlias = "ImageMessage | CompressedImage"


class ImageError(ValueError):
    """An image message that cannot be used; the text says what was expected."""


# Used where they lie in the message: bytes per pixel and channel order.
ZERO_COPY: dict[str, tuple[int, ChannelOrder]] = {
    "bgr8": (3, "bgr"),
    "8UC3": (3, "bgr"),
    "rgb8": (3, "rgb"),
    "bgra8": (4, "bgr"),
    "8UC4": (4, "bgr"),
    "rgba8": (4, "rgb"),
}
# Converted by OpenCV: element type, channels, and the code to BGR, None for BGR itself. OpenCV
# names a Bayer pattern by the second row and column, ROS by the first.
CONVERTED: dict[str, tuple[str, int, int | None]] = {
    "mono8": ("u1", 1, cv2.COLOR_GRAY2BGR),
    "8UC1": ("u1", 1, cv2.COLOR_GRAY2BGR),
    "mono16": ("u2", 1, cv2.COLOR_GRAY2BGR),
    "16UC1": ("u2", 1, cv2.COLOR_GRAY2BGR),
    "rgb16": ("u2", 3, cv2.COLOR_RGB2BGR),
    "bgr16": ("u2", 3, None),
    "16UC3": ("u2", 3, None),
    "rgba16": ("u2", 4, cv2.COLOR_RGBA2BGR),
    "bgra16": ("u2", 4, cv2.COLOR_BGRA2BGR),
    "16UC4": ("u2", 4, cv2.COLOR_BGRA2BGR),
    "bayer_rggb8": ("u1", 1, cv2.COLOR_BayerBG2BGR),
    "bayer_bggr8": ("u1", 1, cv2.COLOR_BayerRG2BGR),
    "bayer_gbrg8": ("u1", 1, cv2.COLOR_BayerGR2BGR),
    "bayer_grbg8": ("u1", 1, cv2.COLOR_BayerGB2BGR),
    "bayer_rggb16": ("u2", 1, cv2.COLOR_BayerBG2BGR),
    "bayer_bggr16": ("u2", 1, cv2.COLOR_BayerRG2BGR),
    "bayer_gbrg16": ("u2", 1, cv2.COLOR_BayerGR2BGR),
    "bayer_grbg16": ("u2", 1, cv2.COLOR_BayerGB2BGR),
    "yuv422": ("u1", 2, cv2.COLOR_YUV2BGR_UYVY),
    "uyvy": ("u1", 2, cv2.COLOR_YUV2BGR_UYVY),
    "yuv422_yuy2": ("u1", 2, cv2.COLOR_YUV2BGR_YUY2),
    "yuyv": ("u1", 2, cv2.COLOR_YUV2BGR_YUY2),
}
# Half the size of OpenCV's own, 95, and hardly seen.
JPEG_QUALITY = 85
# A luma plane, then a chroma plane of half its height.
SEMI_PLANAR = {"nv12": cv2.COLOR_YUV2BGR_NV12, "nv21": cv2.COLOR_YUV2BGR_NV21}


def image_from_any(message: AnyImageMessage) -> Image:
    """The image in a message of either type.

    Raises:
        ImageError: there is none.
    """
    if isinstance(message, CompressedImage):
        return image_from_compressed(message)
    return image_from_message(message)


def image_from_message(message: ImageMessage) -> Image:
    """The image in a message; 8-bit colour is a view of the message's own buffer.

    Encodings of neither table go through cv_bridge.

    Raises:
        ImageError: empty or truncated data, a step shorter than a row, or an unknown encoding.
    """
    encoding = message.encoding
    if encoding in ZERO_COPY:
        channels, order = ZERO_COPY[encoding]
        return Image(view_pixels(message, "u1", channels)[..., :3], order)
    try:
        if encoding in CONVERTED:
            element, channels, code = CONVERTED[encoding]
            pixels = np.ascontiguousarray(view_pixels(message, element, channels))
            return Image(_to_8_bit(_to_bgr(pixels, code)))
        if encoding in SEMI_PLANAR:
            planes = view_pixels(message, "u1", 1, rows=message.height * 3 // 2)
            return Image(cv2.cvtColor(np.ascontiguousarray(planes), SEMI_PLANAR[encoding]))
        _check_size(message)
        # Imported for rare encodings alone: a distribution's cv_bridge does not load beside a
        # NumPy other than the one that it was built for (vision_opencv issue 535).
        from cv_bridge import CvBridge

        return Image(np.asarray(CvBridge().imgmsg_to_cv2(message, "bgr8")))
    except ImageError:
        raise
    except cv2.error as error:
        size = f"{message.width}x{message.height}"
        raise ImageError(f"image of {size} does not fit its encoding {encoding!r}") from error
    except Exception as error:  # cv_bridge raises whatever its look-ups meet
        known = ", ".join([*ZERO_COPY, *CONVERTED, *SEMI_PLANAR])
        raise ImageError(
            f"unknown image encoding {encoding!r}, expected one of: {known}"
        ) from error


def image_from_compressed(message: CompressedImage) -> Image:
    """The image in a jpeg or png message, as the camera saw it (EXIF orientation ignored).

    Of a Bayer camera the mosaic is what was compressed, as the format says.

    Raises:
        ImageError: the data is not a whole image, or one of depths.
    """
    encoding, _, compression = message.format.partition(";")
    if "compressedDepth" in compression:
        raise ImageError(
            f"compressed image of format {message.format!r} holds depths, expected colour"
        )
    data = np.frombuffer(message.data, np.uint8)
    pixels = decode_image(data, ignore_orientation=True)
    if pixels is None:
        raise ImageError(
            f"compressed image of {data.size} bytes and format {message.format!r} "
            "cannot be decoded, expected a whole jpeg or png"
        )
    if encoding.startswith("bayer_"):
        if encoding not in CONVERTED:
            raise ImageError(
                f"compressed image of unknown encoding {encoding!r}, expected one of: "
                f"{', '.join(name for name in CONVERTED if name.startswith('bayer_'))}"
            )
        mosaic = np.ascontiguousarray(pixels[..., 0])
        return Image(_to_bgr(mosaic, CONVERTED[encoding][2]))
    return Image(pixels)


def image_to_message(image: Image, header: Header) -> ImageMessage:
    """A bgr8 or rgb8 message."""
    height, width = image.size
    # rclpy copies everything but an array.array element by element.
    data = array.array("B")
    data.frombytes(np.ascontiguousarray(image.pixels).data.cast("B"))
    return ImageMessage(
        header=header,
        height=height,
        width=width,
        encoding=f"{image.channel_order}8",
        step=3 * width,
        data=data,
    )


def compress_image(image: Image, header: Header) -> CompressedImage:
    """A JPEG message, for people to look at."""
    options = (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY)
    data = array.array("B", cv2.imencode(".jpg", copy_as_bgr(image), options)[1].tobytes())
    return CompressedImage(header=header, format="jpeg", data=data)


def _check_size(message: ImageMessage) -> None:
    if not (message.height and message.width):
        raise ImageError(
            f"image of {message.width}x{message.height} pixels, expected at least 1x1"
        )


def view_pixels(
    message: ImageMessage, element: str, channels: int, rows: int | None = None
) -> np.ndarray:
    """The message's buffer as (rows, W, channels), rows padded to `step` allowed."""
    _check_size(message)
    rows = rows or message.height
    dtype = np.dtype(element).newbyteorder(">" if message.is_bigendian else "<")
    pixel = channels * dtype.itemsize
    row = message.width * pixel
    if message.step < row:
        raise ImageError(
            f"image step of {message.step} bytes, expected at least {row} "
            f"for {message.width} pixels of {message.encoding}"
        )
    needed = message.step * (rows - 1) + row
    if len(message.data) < needed:
        raise ImageError(
            f"image data of {len(message.data)} bytes, expected {message.step * rows} "
            f"for {rows} rows of {message.step}"
        )
    shape, strides = (rows, message.width, channels), (message.step, pixel, dtype.itemsize)
    buffer = np.frombuffer(message.data, np.uint8)
    pixels: np.ndarray = np.ndarray(shape, dtype, buffer, strides=strides)
    return pixels.astype(dtype.newbyteorder("="), copy=False)


def _to_bgr(pixels: np.ndarray, code: int | None) -> np.ndarray:
    return pixels if code is None else cv2.cvtColor(pixels, code)


def _to_8_bit(pixels: np.ndarray) -> np.ndarray:
    return pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
