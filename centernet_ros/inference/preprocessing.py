"""Images to network input.

Coordinates are continuous with "stretch", "contain" and "focal_length" (an image spans 0..W) and
pixel indices in the authors' ways to resize, as in their code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from centernet_ros.geometry.affine import apply_affine, build_affine
from centernet_ros.geometry.input_geometry import InputGeometry, Size
from centernet_ros.models.input_spec import InputSpec
from centernet_ros.structures import Image


@lru_cache  # images of a camera have one size
def compute_geometry(
    image_size: Size,
    spec: InputSpec,
    divisor: int = 32,
    test_scale: float = 1.0,
    focal_length: float | None = None,
) -> InputGeometry:
    """Where an image of a size lands in the input.

    Args:
        image_size: height and width of the image.
        spec: the network's input.
        divisor: what the input's sides are brought up to multiples of.
        test_scale: of the image; with more than 1, "longest_edge" and "width" lose the borders.
        focal_length: fx of the image's camera in its pixels, None if it is not known.
    """
    if not spec.continuous:
        return _scale_about_centre(image_size, spec, divisor, test_scale)
    largest = _scale_size(spec.size, test_scale)
    most = math.inf
    if spec.resize == "focal_length":
        if spec.focal_length and focal_length:
            most = test_scale * spec.focal_length / focal_length
        if spec.dynamic:
            largest = _find_nearest_size(image_size, largest, divisor, most)
    return _resize_to_whole_pixels(image_size, spec, divisor, largest, most)


def _find_nearest_size(image_size: Size, largest: Size, divisor: int, most: float) -> Size:
    """The multiples of the divisor next to an image with as many pixels, or scaled by `most`."""
    scale = min(most, math.sqrt(math.prod(largest) / math.prod(image_size)))
    height, width = (divisor * max(1, round(scale * side / divisor)) for side in image_size)
    return height, width


def _resize_to_whole_pixels(
    image_size: Size, spec: InputSpec, divisor: int, largest: Size, most: float
) -> InputGeometry:
    if spec.resize == "stretch":
        height, width = size = _round_up(largest, divisor)
    else:
        scale = min(most, *(room / side for room, side in zip(largest, image_size)))
        height, width = (max(1, round(scale * side)) for side in image_size)
        size = _round_up((height, width) if spec.dynamic else largest, divisor)
    top = left = 0
    if spec.pad == "center":
        top, left = (size[0] - height) // 2, (size[1] - width) // 2
    matrix = [[width / image_size[1], 0, left], [0, height / image_size[0], top]]
    return InputGeometry(size, np.array(matrix))


def _scale_about_centre(
    image_size: Size, spec: InputSpec, divisor: int, test_scale: float
) -> InputGeometry:
    size = _round_up(spec.size, divisor)
    height, width = _scale_size(image_size, test_scale)
    centre = (width / 2, height / 2)
    if spec.dynamic:
        # The authors take the next multiple strictly above, and centre on whole pixels.
        size = ((height | divisor - 1) + 1, (width | divisor - 1) + 1)
        centre = (width // 2, height // 2)
    filling = {"longest_edge": max(image_size), "width": image_size[1], "none": size[1]}
    source_width = filling[spec.resize]
    if spec.pad == "bottom_right":
        centre = (source_width / 2, source_width / size[1] * size[0] / 2)
    matrix = build_affine(centre, source_width, size)
    return InputGeometry(size, matrix @ np.diag((test_scale, test_scale, 1.0)), test_scale)


def _round_up(size: Size, divisor: int) -> Size:
    """The next multiples of the divisor, or the size itself."""
    return size[0] + -size[0] % divisor, size[1] + -size[1] % divisor


def _scale_size(size: Size, test_scale: float) -> Size:
    """Height and width after resizing, of a pixel at least."""
    return max(1, int(size[0] * test_scale)), max(1, int(size[1] * test_scale))


def warp_image(
    pixels: np.ndarray, geometry: InputGeometry, spec: InputSpec, target: np.ndarray
) -> None:
    """Draw the image in the input's frame, black around it.

    Args:
        pixels: (H, W, 3) uint8.
        geometry: where it lands: as `compute_geometry` says, or moved and turned from there.
        spec: the network's input.
        target: (h, w, 3) uint8 of the input's size; all of it is written to.
    """
    if not spec.continuous:
        scale = geometry.test_scale
        if scale != 1:
            pixels = _resize(pixels, _scale_size(pixels.shape[:2], scale))
        _warp(pixels, geometry.image_to_input @ np.diag((1 / scale, 1 / scale, 1.0)), target)
    elif place := geometry.find_whole_pixels(pixels.shape[:2]):
        rows, columns = place
        target[: rows.start] = target[rows.stop :] = 0
        target[:, : columns.start] = target[:, columns.stop :] = 0
        height, width = rows.stop - rows.start, columns.stop - columns.start
        _resize(pixels, (height, width), target[place])
    else:
        # OpenCV's coordinates are pixel indices, half a pixel less than continuous ones.
        matrix = geometry.image_to_input.copy()
        matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
        _warp(pixels, matrix, target)


def _resize(pixels: np.ndarray, size: Size, target: np.ndarray | None = None) -> np.ndarray:
    return cv2.resize(pixels, size[::-1], target, interpolation=cv2.INTER_LINEAR)


def _warp(pixels: np.ndarray, matrix: np.ndarray, target: np.ndarray) -> None:
    """`cv2.warpAffine` without the rows that the image does not reach."""
    height, width = pixels.shape[:2]
    # A pixel further on every side, where the image fades into the black around it.
    corners = np.array([(x, y) for x in (-1, width) for y in (-1, height)])
    reached = apply_affine(matrix, corners)[:, 1]
    first = min(max(0, math.floor(reached.min())), len(target) - 1)
    end = max(0, math.ceil(reached.max())) + 1
    target[:first] = target[end:] = 0
    band = target[first:end]
    # OpenCV rounds the steps along a row: to begin in its middle would give other pixels.
    matrix = matrix - [[0, 0, 0], [0, 0, first]]
    cv2.warpAffine(pixels, matrix, band.shape[1::-1], band, flags=cv2.INTER_LINEAR)


def warp_batch(
    images: Sequence[Image], spec: InputSpec, divisor: int = 32, test_scale: float = 1.0
) -> tuple[np.ndarray, list[InputGeometry]]:
    """Images in the input's frame.

    Args:
        images: images; for a dynamic input all of one size.
        spec: the network's input.
        divisor: what the input's sides are brought up to multiples of.
        test_scale: of the images.

    Returns:
        (B, h, w, 3) uint8 in the input's channel order, and where each image landed.

    Raises:
        ValueError: no image, or sizes that differ for a dynamic input.
    """
    geometries = [compute_geometry(image.size, spec, divisor, test_scale) for image in images]
    return warp_images(images, spec, geometries), geometries


def warp_images(
    images: Sequence[Image], spec: InputSpec, geometries: Sequence[InputGeometry]
) -> np.ndarray:
    """Images in the input's frame, where geometries say: (B, h, w, 3) uint8, as `warp_batch`.

    Raises:
        ValueError: no image, or inputs that differ in size.
    """
    if len({geometry.size for geometry in geometries}) != 1:
        raise ValueError(
            f"{len(images)} images of {len({i.size for i in images})} sizes, expected one size"
        )
    batch = np.empty((len(images), *geometries[0].size, 3), np.uint8)
    for row, image, geometry in zip(batch, images, geometries):
        warp_image(image.pixels, geometry, spec, row)
        if image.channel_order != spec.channel_order:
            cv2.cvtColor(row, cv2.COLOR_RGB2BGR, dst=row)
    return batch
