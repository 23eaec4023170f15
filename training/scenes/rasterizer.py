"""Finds the triangle that each pixel shows with a depth buffer, compiled by Numba."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

# Depth of the near clipping plane in metres.
NEAR = 0.2


class Raster(NamedTuple):
    """What the pixels of an image show.

    Attributes:
        triangles: (H, W) int32 index of the nearest triangle, -1 where there is none.
        inverse_depths: (H, W) float32 1 / z of that triangle in 1 / metres, 0 where there is none.
        covered: (N,) number of pixels that each object would cover if it were alone.
        extents: (N, 4) first column, first row, last column and last row of those pixels; the last
            column is before the first if there are no such pixels.
    """

    triangles: np.ndarray
    inverse_depths: np.ndarray
    covered: np.ndarray
    extents: np.ndarray


def rasterize(
    corners: np.ndarray,
    owners: np.ndarray,
    objects: int,
    projection: np.ndarray,
    size: tuple[int, int],
) -> Raster:
    """Rasterize triangles in perspective; both of their sides are visible.

    Args:
        corners: (T, 3, 3) float32 in the camera's frame, in metres.
        owners: (T,) int32 index of the object that each triangle belongs to, in ascending order.
        objects: the number of objects N.
        projection: (3, 4) projection matrix of the camera.
        size: height and width of the image in pixels.
    """
    focal, cx, cy = projection[0, 0], projection[0, 2], projection[1, 2]
    return Raster(*_fill_buffers(corners, owners, objects, focal, cx, cy, size[0], size[1], False))


def rasterize_parallel(
    corners: np.ndarray, scale: float, centre: tuple[float, float], size: tuple[int, int]
) -> np.ndarray:
    """Rasterize triangles in parallel projection along z.

    Args:
        corners: (T, 3, 3) float32 in metres.
        scale: pixels per metre.
        centre: x and y of the origin in pixels.
        size: height and width of the image in pixels.

    Returns:
        (H, W) float32 -z of the nearest triangle in metres, -inf where there is none.
    """
    owners = np.zeros(len(corners), np.int32)
    height, width = size
    buffers = _fill_buffers(corners, owners, 1, scale, centre[0], centre[1], height, width, True)
    return buffers[1]


@numba.njit(cache=True, fastmath={"contract"})
def _fill_buffers(
    corners: np.ndarray,
    owners: np.ndarray,
    objects: int,
    focal: float,
    cx: float,
    cy: float,
    height: int,
    width: int,
    parallel: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    ids = np.full((height, width), -1, np.int32)
    depths = np.full((height, width), -np.inf if parallel else 0.0, np.float32)
    stamps = np.full((height, width), -1, np.int32)
    covered = np.zeros(objects, np.int64)
    extents = np.empty((objects, 4), np.int64)
    extents[:, :2], extents[:, 2:] = 1 << 30, -1
    polygon = np.empty((4, 3))
    u, v, w = np.empty(4), np.empty(4), np.empty(4)
    for t in range(len(corners)):
        owner = owners[t]
        count = 3
        if parallel:
            polygon[:3] = corners[t]
        else:
            count = _clip(corners[t], polygon)
        for i in range(count):
            z = polygon[i, 2]
            scale = focal if parallel else focal / z
            u[i], v[i] = polygon[i, 0] * scale + cx, polygon[i, 1] * scale + cy
            w[i] = -z if parallel else 1 / z
        for second in range(1, count - 1):
            x0, y0, w0 = u[0], v[0], w[0]
            x1, y1, w1 = u[second], v[second], w[second]
            x2, y2, w2 = u[second + 1], v[second + 1], w[second + 1]
            area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
            if abs(area) < 1e-12:
                continue
            top = max(0, int(np.ceil(min(y0, y1, y2))))
            bottom = min(height - 1, int(np.floor(max(y0, y1, y2))))
            wx = ((w1 - w0) * (y2 - y0) - (w2 - w0) * (y1 - y0)) / area
            wy = ((w2 - w0) * (x1 - x0) - (w1 - w0) * (x2 - x0)) / area
            for row in range(top, bottom + 1):
                low, high = np.inf, -np.inf
                for xa, ya, xb, yb in ((x0, y0, x1, y1), (x1, y1, x2, y2), (x2, y2, x0, y0)):
                    if (ya <= row) != (yb <= row) or ya == row or yb == row:
                        x = xa if ya == yb else xa + (row - ya) * (xb - xa) / (yb - ya)
                        low, high = min(low, x), max(high, x)
                        if ya == yb:
                            low, high = min(low, xb), max(high, xb)
                left, right = max(0.0, np.ceil(low)), min(width - 1.0, np.floor(high))
                for column in range(int(left), int(right) + 1):
                    if stamps[row, column] != owner:
                        stamps[row, column] = owner
                        covered[owner] += 1
                        extents[owner, 0] = min(extents[owner, 0], column)
                        extents[owner, 1] = min(extents[owner, 1], row)
                        extents[owner, 2] = max(extents[owner, 2], column)
                        extents[owner, 3] = max(extents[owner, 3], row)
                    depth = np.float32(w0 + wx * (column - x0) + wy * (row - y0))
                    if depth > depths[row, column]:
                        depths[row, column] = depth
                        ids[row, column] = t
    return ids, depths, covered, extents


@numba.njit(cache=True)
def _clip(triangle: np.ndarray, polygon: np.ndarray) -> int:
    """Write the part of a triangle beyond the near plane into (4, 3) `polygon`.

    Returns the number of its corners, which is 0, 3 or 4.
    """
    count = 0
    for i in range(3):
        a, b = triangle[i], triangle[(i + 1) % 3]
        if a[2] >= NEAR:
            polygon[count] = a
            count += 1
        if (a[2] >= NEAR) != (b[2] >= NEAR):
            share = (NEAR - a[2]) / (b[2] - a[2])
            for k in range(3):
                polygon[count, k] = a[k] + share * (b[k] - a[k])
            count += 1
    return count
