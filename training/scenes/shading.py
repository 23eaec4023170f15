"""What colour every pixel has: sun with shadows, sky, reflections, haze; compiled by Numba."""

# ruff: noqa: ANN001, ANN201, ANN202 - types are Numba's to infer

from __future__ import annotations

import math

import numba
import numpy as np

from training.scenes.ground import colour_ground
from training.scenes.textures import clamp, dot, fractal_noise

# Light that asphalt and grass throw back upwards, as a share of the sky's.
BOUNCE = 0.25


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def shade(
    triangles, inverse_depths, camera, corners, normals, surfaces, origins, light, ground, shadow
):
    """Colours of all pixels.

    Args:
        triangles: (H, W) int32, of `Raster`.
        inverse_depths: (H, W) float32, of `Raster`.
        camera: (6,) focal length, principal point x and y, height, slopes of the ground.
        corners, normals, surfaces: of the mesh in the camera's frame.
        origins: (T, 4) float32 x, y, z and heading of the object of each triangle, so that its
            texture moves with it.
        light: a `Weather`.
        ground: of `Ground`.
        shadow: of `Shadow`.

    Returns:
        (H, W, 3) float32 linear red, green, blue.
    """
    height, width = triangles.shape
    image = np.empty((height, width, 3), np.float32)
    focal, cx, cy = camera[0], camera[1], camera[2]
    tall, slope_x, slope_z = camera[3], camera[4], camera[5]
    up = np.array((slope_x, -1.0, slope_z))
    up /= math.sqrt((up * up).sum())
    point, normal, colour, ray = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    mirrored, reflected = np.empty(3), np.zeros(3)
    for row in range(height):
        for column in range(width):
            ray[0], ray[1], ray[2] = (column - cx) / focal, (row - cy) / focal, 1.0
            t = triangles[row, column]
            # The ground is where y = height + slope_x x + slope_z z.
            fall = ray[1] - slope_x * ray[0] - slope_z
            ground_depth = tall / fall if fall > 1e-4 else np.inf
            gloss, dimming = 0.0, 1.0
            if t >= 0 and inverse_depths[row, column] * ground_depth > 0.999:
                depth = 1 / inverse_depths[row, column]
                for k in range(3):
                    point[k] = ray[k] * depth
                gloss = _see_surface(
                    t, point, ray, corners, normals, surfaces, origins, normal, colour,
                    depth / focal, light.seed,
                )  # fmt: skip
                above = tall + slope_x * point[0] + slope_z * point[2] - point[1]
                dimming = clamp(0.45 + above * 0.8, 0.45, 1.0)
            elif ground_depth < 400:
                depth = ground_depth
                for k in range(3):
                    point[k], normal[k] = ray[k] * depth, up[k]
                footprint = depth / focal * (1 + 0.3 * depth / tall)
                gloss = colour_ground(ground, point[0], point[2], footprint, light.seed, colour)
                dimming = _find_contact(shadow, point[0], point[2])
            else:
                _see_sky(ray, light, True, colour)
                for k in range(3):
                    image[row, column, k] = colour[k]
                continue
            _illuminate(
                point, ray, normal, gloss, dimming, light, shadow, colour, mirrored, reflected
            )
            distance = depth * math.sqrt(1 + ray[0] * ray[0] + ray[1] * ray[1])
            haze = 1 - math.exp(-((distance / light.visibility) ** 1.5))
            for k in range(3):
                image[row, column, k] = colour[k] + (light.horizon[k] - colour[k]) * haze
    return image


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def _see_surface(
    t, point, ray, corners, normals, surfaces, origins, normal, colour, pixel, seed
):  # fmt: skip
    """Write normal and colour of a triangle at a point; its gloss."""
    d11 = d12 = d22 = p1 = p2 = 0.0
    for k in range(3):
        e1, e2 = corners[t, 1, k] - corners[t, 0, k], corners[t, 2, k] - corners[t, 0, k]
        d = point[k] - corners[t, 0, k]
        d11, d12, d22 = d11 + e1 * e1, d12 + e1 * e2, d22 + e2 * e2
        p1, p2 = p1 + d * e1, p2 + d * e2
    determinant = max(d11 * d22 - d12 * d12, 1e-14)
    second = clamp((d22 * p1 - d12 * p2) / determinant, 0.0, 1.0)
    third = clamp((d11 * p2 - d12 * p1) / determinant, 0.0, 1.0 - second)
    first = 1 - second - third
    length = facing = 0.0
    for k in range(3):
        normal[k] = first * normals[t, 0, k] + second * normals[t, 1, k] + third * normals[t, 2, k]
        length += normal[k] * normal[k]
        facing += normal[k] * ray[k]
    length = math.sqrt(max(length, 1e-12))
    length = -length if facing > 0 else length
    for k in range(3):
        normal[k] /= length
    grain = 1.0
    if surfaces[t, 4] > 0:
        x, y, z = point[0] - origins[t, 0], point[1] - origins[t, 1], point[2] - origins[t, 2]
        cos, sin = math.cos(origins[t, 3]), math.sin(origins[t, 3])
        x, z = cos * x - sin * z, sin * x + cos * z
        step = 1 / max(surfaces[t, 5], pixel)
        p, q = (x + 0.7 * z) * step, (y + 0.3 * z) * step
        grain += surfaces[t, 4] * 1.6 * fractal_noise(p, q, seed + 31, 3)
    for k in range(3):
        colour[k] = surfaces[t, k] * max(grain, 0.05)
    return surfaces[t, 3]


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def _illuminate(point, ray, normal, gloss, dimming, light, shadow, colour, mirrored, reflected):
    """Turn the (3,) colour of a surface into the light from it; the last two are work space."""
    toward, facing = dot(normal, light.sun_direction), dot(ray, normal)
    lit = _find_sunlight(shadow, point, normal) if toward > 0 and light.sun[0] > 0.01 else 0.0
    sky_share = 0.5 - 0.5 * normal[1]
    fresnel = highlight = 0.0
    if gloss > 0:
        size = math.sqrt(dot(ray, ray))
        facing /= size
        for k in range(3):
            mirrored[k] = ray[k] / size - 2 * facing * normal[k]
        fresnel = gloss * (0.06 + 0.94 * (1 - clamp(-facing, 0.0, 1.0)) ** 4)
        if gloss > 0.15:
            _see_sky(mirrored, light, False, reflected)
            peak = clamp(dot(mirrored, light.sun_direction), 0.0, 1.0)
            highlight = gloss * lit * (2.5 * peak**200 + 0.25 * peak**12)
        else:
            for k in range(3):
                reflected[k] = light.horizon[k] * 0.7
    for k in range(3):
        ambient = 0.55 * light.sky[k] * (sky_share + BOUNCE * (1 - sky_share))
        diffuse = colour[k] * (ambient * dimming + light.sun[k] * max(toward, 0.0) * lit)
        colour[k] = diffuse * (1 - 0.5 * fresnel) + reflected[k] * fresnel * dimming
        colour[k] += highlight * light.sun[k]


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def _see_sky(ray, light, backdrop, colour):
    """Write the light from a direction; below the horizon, that of a plain ground."""
    size = math.sqrt(dot(ray, ray))
    x, rise, z = ray[0] / size, -ray[1] / size, ray[2] / size
    # Fractal noise stays below 1: most of the sky is above any skyline.
    turn, skyline = 0.0, 0.02 + 1.6 * light.skyline
    if rise < skyline:
        turn = math.atan2(x, z)
        skyline = 0.02 + light.skyline * (0.6 + fractal_noise(turn * 9, 0.5, light.seed + 5, 4))
    if rise < skyline:
        shade = 0.6 + 0.5 * fractal_noise(turn * 60, rise * 90, light.seed + 6, 3)
        for k in range(3):
            near = light.distant[k] * shade * light.sky[k]
            colour[k] = near + 0.35 * (light.horizon[k] - near)
        if rise < 0 and not backdrop:
            for k in range(3):
                colour[k] = 0.2 * light.sky[k]
        return
    fade = math.exp(-4 * rise)
    for k in range(3):
        colour[k] = light.zenith[k] + (light.horizon[k] - light.zenith[k]) * fade
    if light.clouds > 0.05 and backdrop:
        step = 1 / (rise + 0.12)
        cover = fractal_noise(1.5 * x * step, 1.5 * z * step, light.seed + 9, 4)
        cover = clamp((cover + 1.4 * light.clouds - 0.9) * 2, 0.0, 1.0)
        for k in range(3):
            colour[k] += (light.horizon[k] * 1.1 - colour[k]) * cover
    glare = clamp(
        (x * light.sun_direction[0] - rise * light.sun_direction[1] + z * light.sun_direction[2]),
        0.0, 1.0,
    )  # fmt: skip
    for k in range(3):
        colour[k] += light.sun[k] * (0.4 * glare**8 + 3 * glare**400)


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def _find_sunlight(shadow, point, normal):
    """The share of the sun's light at a point, from the four nearest of the shadow map."""
    x = y = z = 0.0
    for k in range(3):
        moved = point[k] + 0.15 * normal[k]
        x += shadow.axes[0][k] * moved
        y += shadow.axes[1][k] * moved
        z += shadow.axes[2][k] * moved
    height, width = shadow.depths.shape
    column, row = x * shadow.scale + shadow.centre[0], y * shadow.scale + shadow.centre[1]
    i, j = math.floor(row), math.floor(column)
    if i < 0 or j < 0 or i >= height - 1 or j >= width - 1:
        return 1.0
    lit = 0.0
    for di in range(2):
        for dj in range(2):
            clear = shadow.depths[i + di, j + dj] < -z + 0.08
            weight = abs(1 - di - (row - i)) * abs(1 - dj - (column - j))
            lit += weight * clear
    return lit


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def _find_contact(shadow, x, z):
    """How much of the sky a place on the ground sees beside and under objects, 0..1."""
    height, width = shadow.contact.shape
    row, column = int(z * shadow.contact_scale), int(x * shadow.contact_scale + width / 2)
    if row < 0 or column < 0 or row >= height or column >= width:
        return 1.0
    return shadow.contact[row, column]
