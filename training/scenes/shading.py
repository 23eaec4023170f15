"""Colours pixels with sun, shadows, sky, reflections and haze, compiled by Numba."""

from __future__ import annotations

import math

import numba
import numpy as np

from training.scenes.ground import Ground, colour_ground
from training.scenes.shadows import Shadow
from training.scenes.textures import clamp, dot, fractal_noise
from training.scenes.weather import Weather

# Light that asphalt and grass reflect upwards, as a share of the light of the sky.
BOUNCE = 0.25


@numba.njit(cache=True, fastmath=True, error_model="numpy")
def shade(
    triangles: np.ndarray,
    inverse_depths: np.ndarray,
    camera: np.ndarray,
    corners: np.ndarray,
    normals: np.ndarray,
    surfaces: np.ndarray,
    origins: np.ndarray,
    light: Weather,
    ground: Ground,
    shadow: Shadow,
) -> np.ndarray:
    """Return the colours of all pixels.

    Args:
        triangles: (H, W) int32, see `Raster`.
        inverse_depths: (H, W) float32, see `Raster`.
        camera: (6,) focal length, x and y of the principal point, height over the ground, and the
            slope of the ground along x and z; see `SceneCamera`.
        corners, normals, surfaces: the arrays of the `Mesh` in the camera's frame.
        origins: (T, 4) float32 x, y, z and rotation_y of the object that each triangle belongs to;
            textures move with it.
        light: the light and the air.
        ground: the road and its colours.
        shadow: where light is blocked.

    Returns:
        (H, W, 3) float32 linear red, green and blue.
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
                gloss = _colour_surface(
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
                _colour_sky(ray, light, True, colour)
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
def _colour_surface(
    t: int,
    point: np.ndarray,
    ray: np.ndarray,
    corners: np.ndarray,
    normals: np.ndarray,
    surfaces: np.ndarray,
    origins: np.ndarray,
    normal: np.ndarray,
    colour: np.ndarray,
    pixel: float,
    seed: int,
) -> float:
    """Write the normal and the colour of triangle `t` at a point and return its gloss.

    The normal faces the camera. `pixel` is the size in metres of what the pixel sees.
    """
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
def _illuminate(
    point: np.ndarray,
    ray: np.ndarray,
    normal: np.ndarray,
    gloss: float,
    dimming: float,
    light: Weather,
    shadow: Shadow,
    colour: np.ndarray,
    mirrored: np.ndarray,
    reflected: np.ndarray,
) -> None:
    """Turn the (3,) colour of a surface into the light that comes from it.

    `mirrored` and `reflected` are (3,) work space, which saves an allocation per pixel.
    """
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
            _colour_sky(mirrored, light, False, reflected)
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
def _colour_sky(ray: np.ndarray, light: Weather, backdrop: bool, colour: np.ndarray) -> None:
    """Write the light from a direction into `colour`; below the horizon that of a plain ground.

    Clouds and the details of the horizon are for the `backdrop` and left out of reflections.
    """
    size = math.sqrt(dot(ray, ray))
    x, rise, z = ray[0] / size, -ray[1] / size, ray[2] / size
    # Fractal noise stays below 1, so that most of the sky is above any skyline and needs no noise.
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
def _find_sunlight(shadow: Shadow, point: np.ndarray, normal: np.ndarray) -> float:
    """Return the share of the sun's light that reaches a point, 0..1.

    It is interpolated between the four nearest pixels of the shadow map.
    """
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
def _find_contact(shadow: Shadow, x: float, z: float) -> float:
    """Return the share of the sky that is not hidden by objects at a place on the ground, 0..1."""
    height, width = shadow.contact.shape
    row, column = int(z * shadow.contact_scale), int(x * shadow.contact_scale + width / 2)
    if row < 0 or column < 0 or row >= height or column >= width:
        return 1.0
    return shadow.contact[row, column]
