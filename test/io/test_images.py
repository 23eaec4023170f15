"""Image files: whole, upright, in order."""

import cv2
import numpy as np
import PIL.Image
import pytest

from centernet_ros.io.errors import DataError
from centernet_ros.io.images import (
    decode_image,
    index_images,
    list_images,
    read_image,
    read_image_size,
    write_image,
)


@pytest.fixture
def pixels():
    noise = np.random.default_rng(0).integers(0, 255, (12, 16, 3), np.uint8)
    return cv2.resize(noise, (160, 120))


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_cut_off_files_are_refused(pixels, tmp_path, suffix, share):
    data = cv2.imencode(suffix, pixels)[1].tobytes()
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    assert read_image(path).shape == (120, 160, 3)
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(DataError, match=rf"a\{suffix}: cut off or does not decode"):
        read_image(path)


def test_an_image_is_written_with_its_folder_or_refused(pixels, tmp_path):
    write_image(tmp_path / "a/b/c.png", pixels)
    assert (read_image(tmp_path / "a/b/c.png") == pixels).all()
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(DataError, match=r"taken\.png: cannot be written"):
        write_image(tmp_path / "taken.png", pixels)
    with pytest.raises(FileExistsError):
        write_image(tmp_path / "a/b/c.png/d.png", pixels)


def test_a_thumbnail_s_end_is_not_that_of_the_image(pixels):
    data = cv2.imencode(".jpg", pixels)[1].tobytes()
    thumbnail = b"\xff\xe1" + (2 + 6).to_bytes(2, "big") + b"ab\xff\xd9cd"
    assert decode_image(data[:2] + thumbnail + data[2:]) is not None
    assert decode_image(data[:2] + thumbnail + data[2 : len(data) // 2]) is None


def test_zeros_behind_the_end_do_not_matter(pixels):
    data = cv2.imencode(".jpg", pixels)[1].tobytes()
    assert decode_image(data + bytes(100)) is not None


@pytest.mark.parametrize(
    ("labelled", "expected"),
    [(None, (160, 120)), ((160, 120), (160, 120)), ((120, 160), (120, 160))],
)
def test_orientation_is_that_of_viewers_unless_labels_say_otherwise(
    pixels, tmp_path, labelled, expected
):
    image = PIL.Image.fromarray(pixels)
    exif = image.getexif()
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    image.save(path, exif=exif)
    assert read_image(path, labelled).shape[:2] == expected
    assert read_image_size(path, labelled) == expected


@pytest.mark.parametrize("mode", ["L", "CMYK", "I;16", "P", "RGBA"])
def test_every_kind_becomes_colour(tmp_path, mode):
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        cv2.imwrite(str(path), np.full((8, 8), 204 * 256, np.uint16))
    else:
        PIL.Image.new("RGB", (8, 8), (204, 204, 204)).convert(mode).save(path)
    image = read_image(path)
    assert image.dtype == np.uint8
    assert image.shape == (8, 8, 3)
    assert np.abs(image.astype(int) - 204).max() <= 3


def test_natural_order_without_hidden_files(tmp_path):
    for i in range(1, 13):
        (tmp_path / f"{i}.png").touch()
    (tmp_path / "._1.png").touch()
    (tmp_path / "notes.txt").touch()
    assert [path.name for path in list_images(tmp_path)] == [f"{i}.png" for i in range(1, 13)]
    with pytest.raises(DataError, match=r"none: no such file, expected a folder"):
        list_images(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty: no image in it, expected \.jpg"):
        list_images(tmp_path / "empty")


def test_images_by_name(tmp_path):
    for name in ("a.png", "a.JPG", "b.jpeg", "._b.jpeg", "c.txt"):
        (tmp_path / name).touch()
    assert {k: p.name for k, p in index_images(tmp_path).items()} == {"a": "a.JPG", "b": "b.jpeg"}
    assert index_images(tmp_path / "none") == {}
