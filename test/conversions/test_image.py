import array
import sys

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.image import (
    CONVERTED,
    SEMI_PLANAR,
    ZERO_COPY,
    ImageError,
    compress_image,
    image_from_any,
    image_from_compressed,
    image_from_message,
    image_to_message,
)
from centernet_ros.structures import Image
from centernet_ros.visualization import copy_as_bgr

RANDOM = np.random.default_rng(0)


def make_message(pixels, encoding, padding=0, big_endian=False):
    height, width = pixels.shape[:2]
    rows = pixels.astype(pixels.dtype.newbyteorder(">" if big_endian else "<"))
    data = rows.reshape(height, -1).view(np.uint8)
    data = np.pad(data, ((0, 0), (0, padding)), constant_values=77)
    return ImageMessage(
        height=height,
        width=width,
        encoding=encoding,
        step=data.shape[1],
        is_bigendian=big_endian,
        data=array.array("B", data.tobytes()),
    )


def as_bgr(image):
    return image.pixels if image.channel_order == "bgr" else image.pixels[..., ::-1]


@pytest.mark.parametrize("padding", [0, 5])
@pytest.mark.parametrize("encoding", ZERO_COPY)
def test_8_bit_colour_is_a_view(encoding, padding):
    channels, order = ZERO_COPY[encoding]
    pixels = RANDOM.integers(0, 256, (4, 6, channels), np.uint8)
    message = make_message(pixels, encoding, padding)
    image = image_from_message(message)
    np.testing.assert_array_equal(image.pixels, pixels[..., :3])
    assert image.channel_order == order
    message.data[0] ^= 255
    assert image.pixels[0, 0, 0] == pixels[0, 0, 0] ^ 255


@pytest.mark.parametrize("padding", [0, 5])
@pytest.mark.parametrize("encoding", ["mono8", "8UC1"])
def test_grey_becomes_three_equal_channels(encoding, padding):
    pixels = RANDOM.integers(0, 256, (4, 6, 1), np.uint8)
    image = image_from_message(make_message(pixels, encoding, padding))
    np.testing.assert_array_equal(image.pixels, np.repeat(pixels, 3, 2))


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("encoding", ["mono16", "16UC1"])
def test_16_bit_keeps_the_high_byte(encoding, big_endian):
    pixels = np.array([[[0x1234], [0xFF00]], [[0x00FF], [0x0100]]], np.uint16)
    image = image_from_message(make_message(pixels, encoding, big_endian=big_endian))
    np.testing.assert_array_equal(image.pixels[..., 0], [[0x12, 0xFF], [0x00, 0x01]])


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("pattern", ["rggb", "bggr", "gbrg", "grbg"])
def test_bayer_patterns_give_the_colour(pattern, depth):
    colour = {"b": 40, "g": 90, "r": 200}
    tile = np.array([colour[c] for c in pattern]).reshape(2, 2)
    mosaic = np.tile(tile, (8, 8))[..., None] << (depth - 8)
    message = make_message(mosaic.astype(f"u{depth // 8}"), f"bayer_{pattern}{depth}")
    inside = image_from_message(message).pixels[4:-4, 4:-4]
    assert (inside == [40, 90, 200]).all()


BLUE = np.full((4, 6, 3), (200, 60, 30), np.uint8)


def subsampled_blue():
    y, u, v = cv2.cvtColor(BLUE, cv2.COLOR_BGR2YUV)[0, 0]
    return int(y), int(u), int(v)


@pytest.mark.parametrize("encoding", ["yuv422", "uyvy", "yuv422_yuy2", "yuyv"])
def test_packed_yuv_gives_the_colour(encoding):
    y, u, v = subsampled_blue()
    luma_first = encoding in ("yuv422_yuy2", "yuyv")
    pair = [y, u, y, v] if luma_first else [u, y, v, y]
    pixels = np.tile(np.array(pair, np.uint8), (4, 3)).reshape(4, 6, 2)
    image = image_from_message(make_message(pixels, encoding))
    # OpenCV reads these as video range: compare hue, not level.
    assert (image.pixels.argmax(-1) == 0).all()
    assert (image.pixels.argmin(-1) == 2).all()


@pytest.mark.parametrize("encoding", SEMI_PLANAR)
def test_semi_planar_yuv_gives_the_colour(encoding):
    y, u, v = subsampled_blue()
    chroma = [u, v] if encoding == "nv12" else [v, u]
    rows = np.vstack([np.full((4, 6), y), np.tile(chroma, (2, 3))]).astype(np.uint8)
    message = make_message(rows[..., None], encoding)
    message.height = 4
    image = image_from_message(message)
    assert image.size == (4, 6)
    assert (image.pixels.argmax(-1) == 0).all()
    assert (image.pixels.argmin(-1) == 2).all()


@pytest.mark.parametrize("encoding", [*ZERO_COPY, *CONVERTED, *SEMI_PLANAR, "32FC1", "bogus", ""])
@pytest.mark.parametrize(("height", "width"), [(0, 4), (4, 0), (0, 0)])
def test_empty_image_is_refused(encoding, height, width):
    message = ImageMessage(height=height, width=width, encoding=encoding, step=64)
    with pytest.raises(ImageError, match=f"{width}x{height}|unknown image encoding"):
        image_from_message(message)


@pytest.mark.parametrize("encoding", [*ZERO_COPY, *CONVERTED, *SEMI_PLANAR])
def test_truncated_image_is_refused(encoding):
    message = ImageMessage(height=4, width=4, encoding=encoding, step=40, data=bytes(70))
    with pytest.raises(ImageError, match="data of 70 bytes, expected"):
        image_from_message(message)


@pytest.mark.parametrize("encoding", [*ZERO_COPY, *CONVERTED, *SEMI_PLANAR])
def test_step_below_a_row_is_refused(encoding):
    message = ImageMessage(height=4, width=40, encoding=encoding, step=39, data=bytes(10000))
    with pytest.raises(ImageError, match="step of 39 bytes, expected at least"):
        image_from_message(message)


def test_width_beyond_the_data_does_not_overflow():
    size = 2**32 - 1
    message = ImageMessage(height=size, width=size, encoding="bgr8", step=size, data=bytes(12))
    with pytest.raises(ImageError, match="step"):
        image_from_message(message)


@pytest.mark.parametrize("encoding", ["bogus", "", "32FC1", "64FC3"])
def test_unknown_encoding_is_named(encoding):
    message = ImageMessage(height=4, width=4, encoding=encoding, step=96, data=bytes(384))
    with pytest.raises(ImageError, match=f"unknown image encoding '{encoding}', expected one of"):
        image_from_message(message)


@pytest.mark.parametrize("error", [ImportError, AttributeError, RuntimeError])
def test_cv_bridge_is_needed_for_rare_encodings_alone(monkeypatch, error):
    """As one built for another NumPy than the one beside it."""

    class Finder:
        def find_spec(self, name, *_):
            if name.split(".")[0] == "cv_bridge":
                raise error("_ARRAY_API not found")

    for name in [name for name in sys.modules if name.split(".")[0] == "cv_bridge"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    pixels = np.full((4, 6, 3), 9, np.uint8)
    assert (image_from_message(make_message(pixels, "bgr8")).pixels == 9).all()
    with pytest.raises(ImageError, match="unknown image encoding '32FC1', expected one of"):
        image_from_message(make_message(pixels[..., :1].astype(np.float32), "32FC1"))


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize(
    ("encoding", "order"),
    [
        ("bgr16", [0, 1, 2]), ("16UC3", [0, 1, 2]), ("rgb16", [2, 1, 0]),
        ("bgra16", [0, 1, 2, 3]), ("16UC4", [0, 1, 2, 3]), ("rgba16", [2, 1, 0, 3]),
    ],
)  # fmt: skip
def test_16_bit_colour(encoding, order, big_endian):
    bgra = np.array([0x0A00, 0x7800, 0xF0FF, 0xFFFF], np.uint16)
    pixels = np.broadcast_to(bgra[order], (4, 6, len(order)))
    image = image_from_message(make_message(pixels, encoding, big_endian=big_endian))
    assert (as_bgr(image) == [0x0A, 0x78, 0xF0]).all()


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize("pattern", ["rggb", "bggr", "gbrg", "grbg"])
def test_compressed_mosaics_become_colour(pattern, suffix):
    colour = {"b": 40, "g": 90, "r": 200}
    tile = np.array([colour[c] for c in pattern], np.uint8).reshape(2, 2)
    data = cv2.imencode(suffix, np.tile(tile, (16, 16)))[1].tobytes()
    kind = {".png": "png", ".jpg": "jpeg"}[suffix]
    message = CompressedImage(format=f"bayer_{pattern}8; {kind} compressed ", data=data)
    inside = image_from_compressed(message).pixels[8:-8, 8:-8]
    np.testing.assert_allclose(inside.mean((0, 1)), [40, 90, 200], atol=12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("16UC1; compressedDepth png", "holds depths, expected colour"),
        (
            "bayer_xyzw8; png compressed ",
            "unknown encoding 'bayer_xyzw8', expected one of",
        ),
    ],
)
def test_compressed_images_of_other_kinds_are_refused(text, message):
    data = cv2.imencode(".png", np.zeros((4, 4), np.uint16))[1].tobytes()
    with pytest.raises(ImageError, match=message):
        image_from_compressed(CompressedImage(format=text, data=data))


@pytest.mark.parametrize("channels", [1, 3])
def test_compressed_16_bit_keeps_the_high_byte(channels):
    pixels = np.full((4, 4, channels), 0x5678, np.uint16)
    data = cv2.imencode(".png", pixels)[1].tobytes()
    image = image_from_compressed(CompressedImage(format="rgb16; png compressed ", data=data))
    assert (image.pixels == 0x56).all()


def test_last_row_may_lack_its_padding():
    pixels = RANDOM.integers(0, 256, (3, 2, 3), np.uint8)
    message = make_message(pixels, "bgr8", padding=4)
    message.data = message.data[:-4]
    np.testing.assert_array_equal(image_from_message(message).pixels, pixels)


@pytest.mark.parametrize("order", ["bgr", "rgb"])
def test_message_of_an_image_gives_it_back(order):
    pixels = RANDOM.integers(0, 256, (5, 7, 3), np.uint8)
    header = Header(frame_id="camera")
    message = image_to_message(Image(pixels[:, ::-1], order), header)
    assert message.header == header
    assert (message.encoding, message.step) == (f"{order}8", 21)
    np.testing.assert_array_equal(image_from_message(message).pixels, pixels[:, ::-1])


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_compressed_image_is_decoded(suffix):
    pixels = np.full((8, 8, 3), (10, 120, 240), np.uint8)
    data = cv2.imencode(suffix, pixels)[1].tobytes()
    image = image_from_compressed(CompressedImage(format=suffix[1:], data=data))
    np.testing.assert_allclose(as_bgr(image), pixels, atol=2)


@pytest.mark.parametrize("data", [b"", b"garbage", b"\x89PNG\r\n\x1a\n"])
def test_damaged_compressed_image_is_refused(data):
    with pytest.raises(ImageError, match=f"{len(data)} bytes and format 'jpeg'"):
        image_from_compressed(CompressedImage(format="jpeg", data=data))


def test_compressed_image_shows_the_same():
    rows, columns = np.mgrid[:64, :96].astype(np.uint8)
    image = Image(np.stack((rows, columns, rows + columns), 2), "rgb")
    message = compress_image(image, Header(frame_id="camera"))
    assert (message.header, message.format) == (Header(frame_id="camera"), "jpeg")
    found = copy_as_bgr(image_from_any(message)).astype(int)
    assert abs(found - copy_as_bgr(image)).max() < 12
