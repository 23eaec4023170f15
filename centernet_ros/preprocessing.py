"""Pictures to network input, and coordinates back.

Coordinates are continuous in "stretch" mode (a picture spans 0..W) and pixel indices in the
authors' two modes, as in their code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from centernet_ros.models.spec import InputSpec
from centernet_ros.structures import Image

Size = tuple[int, int]


@dataclass(frozen=True)
class InputGeometry:
    """Where a picture lands in the network's input.

    Attributes:
        size: height and width of the input.
        image_to_input: (2, 3) float64 affine, picture coordinates to input coordinates.
    """

    size: Size
    image_to_input: np.ndarray

    def points_to_image(self, points: np.ndarray) -> np.ndarray:
        """(..., 2) x y in input pixels to pixels of the picture."""
        linear, shift = self.image_to_input[:, :2], self.image_to_input[:, 2]
        return (points - shift) @ np.linalg.inv(linear).T

    def boxes_to_image(self, boxes: np.ndarray) -> np.ndarray:
        """(N, 4) x1 y1 x2 y2 in input pixels to pixels of the picture."""
        return self.points_to_image(boxes.reshape(-1, 2, 2)).reshape(-1, 4)


def compute_geometry(image_size: Size, spec: InputSpec, divisor: int = 32) -> InputGeometry:
    """Where a picture of a size lands in the input.

    Args:
        image_size: height and width of the picture.
        spec: the network's input.
        divisor: what the input's sides must be multiples of in "keep" mode.
    """
    height, width = image_size
    if spec.mode == "stretch":
        rows, columns = spec.size
        return InputGeometry(spec.size, np.array([[columns / width, 0, 0], [0, rows / height, 0]]))
    if spec.mode == "keep":
        # The authors take the next multiple strictly above, and centre on whole pixels.
        size = ((height | divisor - 1) + 1, (width | divisor - 1) + 1)
        return InputGeometry(size, _centred(1.0, (width // 2, height // 2), size))
    scale = spec.size[1] / max(height, width)
    return InputGeometry(spec.size, _centred(scale, (width / 2, height / 2), spec.size))


def _centred(scale: float, centre: tuple[float, float], size: Size) -> np.ndarray:
    """Isotropic scaling that brings a picture's centre (x, y) to the middle of the input."""
    shift = (size[1] / 2 - scale * centre[0], size[0] / 2 - scale * centre[1])
    return np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])


def warp_image(pixels: np.ndarray, geometry: InputGeometry, spec: InputSpec) -> np.ndarray:
    """The picture in the input's frame, black outside.

    Args:
        pixels: (H, W, 3) uint8.

    Returns:
        (h, w, 3) uint8 of the input's size.
    """
    rows, columns = geometry.size
    if spec.mode == "stretch":
        return cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return cv2.warpAffine(pixels, geometry.image_to_input, (columns, rows), flags=cv2.INTER_LINEAR)


def preprocess(
    images: Sequence[Image], spec: InputSpec, divisor: int = 32, device: torch.device | str = "cpu"
) -> tuple[Tensor, list[InputGeometry]]:
    """A batch for the network.

    Args:
        images: pictures; in "keep" mode all of one size.

    Returns:
        (B, 3, h, w) float32 on the device, and where each picture landed.

    Raises:
        ValueError: no picture, or sizes that differ in "keep" mode.
    """
    geometries = [compute_geometry(image.size, spec, divisor) for image in images]
    if len({geometry.size for geometry in geometries}) != 1:
        raise ValueError(
            f"{len(images)} pictures of {len({i.size for i in images})} sizes, expected one size"
        )
    warped = []
    for image, geometry in zip(images, geometries):
        pixels = (
            torch.from_numpy(warp_image(image.pixels, geometry, spec)).to(device).permute(2, 0, 1)
        )
        warped.append(pixels if image.channel_order == spec.channel_order else pixels.flip(0))
    batch = torch.stack(warped)
    mean = torch.tensor(spec.mean, device=device).view(3, 1, 1)
    std = torch.tensor(spec.std, device=device).view(3, 1, 1)
    return batch.float().div_(255).sub_(mean).div_(std), geometries
