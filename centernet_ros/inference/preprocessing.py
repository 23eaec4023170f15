"""Images to network input, and coordinates back.

Coordinates are continuous in "stretch", "letterbox" and "fit" mode (an image spans 0..W) and
pixel indices in the authors' modes, as in their code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from centernet_ros.geometry.affine import build_affine
from centernet_ros.geometry.input_geometry import InputGeometry, Size
from centernet_ros.models.spec import InputSpec
from centernet_ros.structures import Image


@lru_cache  # images of a camera have one size
def compute_geometry(
    image_size: Size, spec: InputSpec, divisor: int = 32, zoom: float = 1.0
) -> InputGeometry:
    """Where an image of a size lands in the input.

    Args:
        image_size: height and width of the image.
        spec: the network's input.
        divisor: what the input's sides are brought up to multiples of.
        zoom: test scale; with more than 1, "fixed" and "width" mode lose the borders.
    """
    if spec.mode == "stretch":
        size = _round_up(_zoom_size(spec.size, zoom), divisor)
        scale = (size[1] / image_size[1], size[0] / image_size[0])
        return InputGeometry(size, np.array([[scale[0], 0, 0], [0, scale[1], 0]]))
    if spec.mode in ("letterbox", "fit"):
        full = _zoom_size(spec.size, zoom)
        scale = min(room / side for room, side in zip(full, image_size))
        rows, columns = (max(1, round(scale * side)) for side in image_size)
        scales = (columns / image_size[1], rows / image_size[0], 1.0)
        size = full if spec.mode == "letterbox" else (rows, columns)
        return InputGeometry(_round_up(size, divisor), np.diag(scales)[:2])
    size = _round_up(spec.size, divisor)
    height, width = _zoom_size(image_size, zoom)
    centre = (width / 2, height / 2)
    if spec.mode == "keep":
        # The authors take the next multiple strictly above, and centre on whole pixels.
        size = ((height | divisor - 1) + 1, (width | divisor - 1) + 1)
        centre = (width // 2, height // 2)
    source_width = {"fixed": max(image_size), "width": image_size[1]}.get(spec.mode, size[1])
    matrix = build_affine(centre, source_width, size)
    return InputGeometry(size, matrix @ np.diag((zoom, zoom, 1.0)), zoom)


def _round_up(size: Size, divisor: int) -> Size:
    """The next multiples of the divisor, or the size itself."""
    return size[0] + -size[0] % divisor, size[1] + -size[1] % divisor


def _zoom_size(image_size: Size, zoom: float) -> Size:
    """Height and width after resizing, of a pixel at least."""
    return max(1, int(image_size[0] * zoom)), max(1, int(image_size[1] * zoom))


def warp_image(
    pixels: np.ndarray, geometry: InputGeometry, spec: InputSpec, target: np.ndarray
) -> None:
    """Draw the image in the input's frame.

    Args:
        pixels: (H, W, 3) uint8.
        geometry: where it lands.
        spec: the network's input.
        target: (h, w, 3) uint8 of the input's size; all of it is written to.
    """
    if spec.continuous:
        scale_x, scale_y = geometry.image_to_input.diagonal()
        height, width = round(scale_y * pixels.shape[0]), round(scale_x * pixels.shape[1])
        target[height:] = target[:, width:] = 0
        _resize(pixels, (height, width), target[:height, :width])
    else:
        zoom = geometry.zoom
        if zoom != 1:
            pixels = _resize(pixels, _zoom_size(pixels.shape[:2], zoom))
        matrix = geometry.image_to_input @ np.diag((1 / zoom, 1 / zoom, 1.0))
        _warp(pixels, matrix, target)


def _resize(pixels: np.ndarray, size: Size, target: np.ndarray | None = None) -> np.ndarray:
    return cv2.resize(pixels, size[::-1], target, interpolation=cv2.INTER_LINEAR)


def _warp(pixels: np.ndarray, matrix: np.ndarray, target: np.ndarray) -> None:
    """`cv2.warpAffine` without the rows that the image does not reach."""
    top, bottom = matrix[1, 1] * np.array([-1, len(pixels)]) + matrix[1, 2]
    first, end = max(0, math.floor(top)), max(0, math.ceil(bottom)) + 1
    target[:first] = target[end:] = 0
    band = target[first:end]
    # OpenCV rounds the steps along a row: to begin in its middle would give other pixels.
    matrix = matrix - [[0, 0, 0], [0, 0, first]]
    cv2.warpAffine(pixels, matrix, band.shape[1::-1], band, flags=cv2.INTER_LINEAR)


def warp_batch(
    images: Sequence[Image], spec: InputSpec, divisor: int = 32, zoom: float = 1.0
) -> tuple[np.ndarray, list[InputGeometry]]:
    """Images in the input's frame.

    Args:
        images: images; in "keep" and "fit" mode all of one size.
        spec: the network's input.
        divisor: what the input's sides are brought up to multiples of.
        zoom: test scale.

    Returns:
        (B, h, w, 3) uint8 in the input's channel order, and where each image landed.

    Raises:
        ValueError: no image, or sizes that differ in "keep" or "fit" mode.
    """
    geometries = [compute_geometry(image.size, spec, divisor, zoom) for image in images]
    if len({geometry.size for geometry in geometries}) != 1:
        raise ValueError(
            f"{len(images)} images of {len({i.size for i in images})} sizes, expected one size"
        )
    batch = np.empty((len(images), *geometries[0].size, 3), np.uint8)
    for row, image, geometry in zip(batch, images, geometries):
        warp_image(image.pixels, geometry, spec, row)
        if image.channel_order != spec.channel_order:
            cv2.cvtColor(row, cv2.COLOR_RGB2BGR, dst=row)
    return batch, geometries
