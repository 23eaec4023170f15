"""Frames of a data set in KITTI's layout."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from centernet_ros.io.kitti_format import KittiLabels
from training.scenes.annotate import format_labels
from training.scenes.camera import Camera
from training.scenes.layouts import draw_layout_world
from training.scenes.photograph import photograph
from training.scenes.view import render
from training.scenes.world import CameraRig, World, draw_world

FOLDERS = ("image_2", "label_2", "calib")


def make_frame(
    rig: CameraRig,
    seed: int,
    number: int,
    supersampling: int = 2,
    layout: KittiLabels | None = None,
) -> tuple[np.ndarray, str, Camera]:
    """A frame, the same for the same arguments.

    Args:
        rig: of the camera.
        seed: of the data set.
        number: of the frame.
        supersampling: rays along a pixel's side.
        layout: where traffic is, None for random places.

    Returns:
        (H, W, 3) uint8 BGR; the label file; the camera.
    """
    rng = np.random.default_rng((seed, number))
    if layout is None:
        return take_frame(draw_world(rig, seed, rng), rng, supersampling)
    return take_frame(draw_layout_world(rig, layout, seed, rng), rng, supersampling)


def take_frame(
    world: World, rng: np.random.Generator, supersampling: int = 2, time: float = 0.0
) -> tuple[np.ndarray, str, Camera]:
    """An image of a world after some seconds, its label file and its camera."""
    camera = world.camera
    fine = camera.supersample(supersampling)
    view = render(world.scene, fine, world.weather, world.ground, time)
    image = photograph(view.light, camera.size, rng)
    return image, format_labels(view, camera, supersampling), camera


def write_frame(root: Path, name: str, image: np.ndarray, labels: str, camera: Camera) -> None:
    """Write a frame's three files into folders that exist."""
    # Fast compression: images are read more often than kept.
    options = (cv2.IMWRITE_PNG_COMPRESSION, 1)
    cv2.imwrite(str(root / "image_2" / f"{name}.png"), image, options)
    (root / "label_2" / f"{name}.txt").write_text(labels)
    (root / "calib" / f"{name}.txt").write_text(format_calibration(camera))


def format_calibration(camera: Camera) -> str:
    """A calibration file of KITTI's, whose cameras are all this one."""
    values = " ".join(f"{value:.12e}" for value in camera.projection.ravel())
    identity = " ".join(f"{value:.12e}" for value in np.eye(3).ravel())
    motion = " ".join(f"{value:.12e}" for value in np.eye(4)[:3].ravel())
    lines = [f"P{i}: {values}" for i in range(4)]
    lines += [f"R0_rect: {identity}", f"Tr_velo_to_cam: {motion}", f"Tr_imu_to_velo: {motion}"]
    return "\n".join(lines) + "\n"
